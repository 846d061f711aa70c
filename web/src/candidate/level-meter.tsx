import { useEffect, useRef, useState } from "react";
import { HEARD, level, smooth } from "../core/meter";
import { useText } from "../i18n";
import { Icon } from "../ui/icons";

/** Draws without React: sixty renders a second would be waste. */
export function LevelMeter({ stream }: { readonly stream: MediaStream }) {
  const { t } = useText();
  const bar = useRef<HTMLDivElement>(null);
  const [isHeard, setHeard] = useState(false);

  useEffect(() => {
    if (stream.getAudioTracks().length === 0) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    let last = performance.now();
    let frame = 0;
    const draw = (now: number) => {
      analyser.getFloatTimeDomainData(samples);
      shown = smooth(shown, level(samples), (now - last) / 1000);
      last = now;
      bar.current?.style.setProperty("--level", shown.toFixed(3));
      if (shown > HEARD) setHeard(true);
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    void context.resume();
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [stream]);

  return (
    <div className="meter">
      <Icon name="mic" />
      <div aria-hidden="true" className="meter-track" data-testid="level-meter" ref={bar}>
        <div className="meter-fill" />
      </div>
      <p className={isHeard ? "meter-note is-ok" : "meter-note"} role="status">
        {isHeard && <Icon name="check" size={16} />}
        {isHeard ? t("devices.heard") : t("devices.speak")}
      </p>
    </div>
  );
}
