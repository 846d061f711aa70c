import { useState } from "react";
import type { Part } from "../../core/check/diagnostics";
import { useText } from "../../i18n";
import { CaptionList } from "../../ui/captions";
import { chime } from "./chime";
import { CopyLink } from "./device-problem";
import { LevelMeter } from "./level-meter";
import { useBrowser } from "./remedy";
import { Row } from "./row";
import type { CheckupControls } from "./use-checkup";

export function BrowserRow() {
  const { t } = useText();
  const browser = useBrowser();
  const version = browser.version > 0 ? ` ${browser.version}` : "";
  const name = `${t(`check.name.${browser.name}`)}${version}`;
  // Some apps do give the devices, as this one did: a word of caution, no verdict.
  const part: Part = { state: browser.app ? "warn" : "ok", cause: null };
  const note = browser.app
    ? t("check.browser.works", { app: t(`check.app.${browser.app}`) })
    : t("check.browser.ok", { name });
  return (
    <Row name="browser" note={note} part={part}>
      {browser.app && (
        <div className="actions">
          <CopyLink />
        </div>
      )}
    </Row>
  );
}

export function PictureRow({ part, isOff }: { readonly part: Part; readonly isOff: boolean }) {
  const { t } = useText();
  if (isOff) {
    const off: Part = { state: "unknown", cause: null };
    return <Row name="picture" note={t("check.picture.off")} part={off} />;
  }
  const note = part.state === "ok" ? t("check.picture.ok") : t("check.picture.running");
  return <Row name="picture" note={note} part={part} />;
}

interface SoundProps {
  readonly part: Part;
  readonly stream: MediaStream;
  readonly checkup: CheckupControls;
  readonly language: string;
  readonly onLevel: (level: number, isMuted: boolean) => void;
}

/** The level, a sentence to read, and what was understood of it, all the way round. */
export function SoundRow({ part, stream, checkup, language, onLevel }: SoundProps) {
  const text = useText();
  const { t } = text;
  const spoken = language || (text.language === "zh-CN" ? "zh" : "en");
  const isHeard = part.state === "ok";
  return (
    <Row name="sound" note={isHeard ? t("check.sound.ok") : t("check.sound.speak")} part={part}>
      <LevelMeter onLevel={onLevel} stream={stream} />
      <blockquote className="sentence" data-testid="sentence" lang={spoken}>
        {t(`check.sentence.${spoken}`)}
      </blockquote>
      {checkup.isConnected && <Understood checkup={checkup} />}
    </Row>
  );
}

function Understood({ checkup }: { readonly checkup: CheckupControls }) {
  const { t } = useText();
  const { captions, engine } = checkup;
  if (engine === "missing") return <p className="fine">{t("check.sound.captionMissing")}</p>;
  const isFallback = engine === "fallback";
  return (
    <div className="understood">
      <CaptionList
        captions={captions.slice(-3)}
        empty={t("check.sound.captionEmpty")}
        label={t("check.sound.captionLabel")}
      />
      {captions.some(({ isFinal }) => isFinal) && (
        <p className="fine">
          {t(isFallback ? "check.sound.captionFallback" : "check.sound.captionOk")}
        </p>
      )}
    </div>
  );
}

interface SpeakerProps {
  readonly part: Part;
  readonly onAnswer: (isHeard: boolean) => void;
}

export function SpeakerRow({ part, onAnswer }: SpeakerProps) {
  const { t } = useText();
  const [isPlayed, setPlayed] = useState(false);
  const play = () => {
    setPlayed(true);
    void chime();
  };
  const note = part.state === "ok" ? t("check.speaker.ok") : t("check.speaker.text");
  return (
    <Row name="speaker" note={note} part={part}>
      <div className="actions">
        <button className="button small" data-testid="speaker-play" onClick={play} type="button">
          {t("check.speaker.play")}
        </button>
        {isPlayed && part.state !== "ok" && (
          <>
            <span id="speaker-question">{t("check.speaker.question")}</span>
            <button
              aria-describedby="speaker-question"
              className="button small"
              data-testid="speaker-yes"
              onClick={() => onAnswer(true)}
              type="button"
            >
              {t("check.speaker.yes")}
            </button>
            <button
              aria-describedby="speaker-question"
              className="button small"
              data-testid="speaker-no"
              onClick={() => onAnswer(false)}
              type="button"
            >
              {t("check.speaker.no")}
            </button>
          </>
        )}
      </div>
    </Row>
  );
}

export function NetworkRow({ checkup }: { readonly checkup: CheckupControls }) {
  const { t } = useText();
  const { state, isConnected, reading, measured, again } = checkup;
  const running = isConnected ? "check.network.measuring" : "check.network.connecting";
  const note = t(state === "ok" ? "check.network.ok" : running);
  const way = reading?.local === "relay" ? "relay" : "direct";
  return (
    <Row name="network" note={note} part={checkup}>
      {reading?.local && measured && (
        <p className="fine mono" data-testid="network-reading" data-way={reading.local}>
          {t("check.network.reading", {
            way: t(`check.network.way.${way}`),
            protocol: (reading.relayProtocol || reading.protocol).toUpperCase(),
            rtt: measured.roundTrip === null ? "–" : Math.round(measured.roundTrip * 1000),
            kbps: Math.round(measured.best / 1000),
            loss: measured.loss === null ? "–" : (measured.loss * 100).toFixed(1),
          })}
        </p>
      )}
      {(state === "bad" || state === "warn") && (
        <div className="actions">
          <button
            className="button small"
            data-testid="network-again"
            onClick={again}
            type="button"
          >
            {t("check.again")}
          </button>
        </div>
      )}
    </Row>
  );
}
