import { useEffect, useRef } from "react";
import { level, smooth } from "../../core/meter";
import { Icon } from "../../ui/icons";

interface Props {
  readonly stream: MediaStream;
  /** Told of each level (0..1), many times a second. */
  readonly onLevel: (level: number, isMuted: boolean) => void;
}

/** Draws without React: sixty renders a second would be waste. */
export function LevelMeter({ stream, onLevel }: Props) {
  const bar = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const track = stream.getAudioTracks()[0];
    if (!track) return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    let last = performance.now();
    // A timer, not animation frames: a page in the background must go on hearing.
    const timer = setInterval(() => {
      if (context.state !== "running") return; // measures nothing, so it must claim nothing
      analyser.getFloatTimeDomainData(samples);
      const now = performance.now();
      shown = smooth(shown, level(samples), (now - last) / 1000);
      last = now;
      bar.current?.style.setProperty("--level", shown.toFixed(3));
      onLevel(shown, track.muted);
    }, 33);
    void context.resume();
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream, onLevel]);

  return (
    <div aria-hidden="true" className="meter" data-testid="level-meter">
      <Icon name="mic" />
      <div className="meter-track" ref={bar}>
        <div className="meter-fill" />
      </div>
    </div>
  );
}
