import { useEffect, useState } from "react";
import type { Interview } from "../../api/types";
import type { Findings, Part } from "../../core/check/diagnostics";
import { addTexts, useText } from "../../i18n";
import en from "../../i18n/en/check.json";
import zh from "../../i18n/zh-CN/check.json";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { Camera } from "../camera";
import { bringInterview } from "../interview-page";
import type { Devices } from "../use-devices";
import "./check.css";
import { DeviceProblemNote } from "./device-problem";
import { Help } from "./help";
import { Pickers } from "./pickers";
import { Practice } from "./practice";
import { Remedy, useBrowser } from "./remedy";
import { BrowserRow, NetworkRow, PictureRow, SoundRow, SpeakerRow } from "./rows";
import { useCheckup } from "./use-checkup";
import { usePicture } from "./use-picture";
import { useSound } from "./use-sound";

addTexts({ en, "zh-CN": zh });

interface Props {
  readonly devices: Devices;
  readonly view: Interview;
  readonly token: string;
  readonly onStart: (stream: MediaStream) => void;
}

/** Long enough to read and answer the browser's question. */
const UNANSWERED_MS = 9000;
const UNKNOWN: Part = { state: "unknown", cause: null };

export default function DeviceCheck({ devices, view, token, onStart }: Props) {
  const text = useText();
  const { t } = text;
  const { status, stream } = devices;
  const browser = useBrowser();
  const picture = usePicture(stream);
  const sound = useSound(stream);
  const checkup = useCheckup(stream, token);
  const [speaker, setSpeaker] = useState<Part>(UNKNOWN);
  const [isPractising, setPractising] = useState(false);
  useEffect(() => void bringInterview(), []);
  const isBack = view.state === "connecting" || view.state === "live";

  const findings = (): Findings => ({
    browser,
    locale: text.language,
    features: features(),
    devices: { cameras: devices.cameras.length, microphones: devices.microphones.length },
    camera: {
      state: devices.problem ? "bad" : picture.state,
      cause: devices.problem ?? picture.cause,
      settings: stream?.getVideoTracks()[0]?.getSettings() ?? null,
    },
    microphone: {
      state: devices.problem ? "bad" : sound.part.state,
      cause: devices.problem ?? sound.part.cause,
      peak: sound.peak(),
    },
    caption: { state: checkup.captions.some((one) => one.isFinal) ? "ok" : "unknown", cause: null },
    speaker,
    network: {
      state: checkup.state,
      cause: checkup.cause,
      reading: checkup.reading,
      measured: checkup.measured,
      candidates: checkup.facts()?.candidates ?? {},
      iceErrors: checkup.facts()?.iceErrors ?? [],
      refusal: checkup.facts()?.refusal ?? null,
      connectMs: checkup.facts()?.connectMs ?? null,
    },
  });

  if (isPractising && stream) {
    return (
      <Practice
        checkup={checkup}
        language={view.language}
        onBack={() => setPractising(false)}
        stream={stream}
      />
    );
  }
  const parts = [picture, sound.part, checkup];
  const isDoubtful = parts.some(({ state }) => state === "warn" || state === "bad");
  return (
    <div className="column check">
      <h1 tabIndex={-1}>{t("check.title")}</h1>
      <p className="lead">{t(isBack ? "check.backLead" : "check.lead")}</p>
      <div className="device-card">
        <div className="preview">
          <Preview devices={devices} />
        </div>
        <div className="device-side">
          <Asking devices={devices} />
          {status === "ready" && <Pickers devices={devices} />}
          <DeviceProblemNote devices={devices} />
        </div>
      </div>
      {status === "ready" && stream && (
        <>
          <ul aria-label={t("check.list")} className="checks">
            <PictureRow isOff={!devices.choice.video} part={picture} />
            <SoundRow
              checkup={checkup}
              language={view.language}
              onLevel={sound.hear}
              part={sound.part}
              stream={stream}
            />
            <NetworkRow checkup={checkup} />
            <SpeakerRow
              onAnswer={(isHeard) =>
                setSpeaker(
                  isHeard ? { state: "ok", cause: null } : { state: "warn", cause: "no_speaker" },
                )
              }
              part={speaker}
            />
            <BrowserRow />
          </ul>
          <div className="actions check-start">
            <button
              className="button primary large"
              data-testid="start"
              onClick={() => onStart(stream)}
              type="button"
            >
              {t(isBack ? "check.goOn" : "check.start")}
            </button>
            {!isBack && (
              <button
                className="button large"
                data-testid="practise"
                onClick={() => setPractising(true)}
                type="button"
              >
                {t("practice.try")}
              </button>
            )}
            <p className="fine">{t(isDoubtful ? "check.startAnyway" : "check.startHint")}</p>
          </div>
        </>
      )}
      {(status === "ready" || status === "problem") && <Help findings={findings} />}
    </div>
  );
}

function features(): Readonly<Record<string, boolean>> {
  return {
    secure: window.isSecureContext,
    user_media: Boolean(navigator.mediaDevices?.getUserMedia),
    webrtc: typeof RTCPeerConnection === "function",
    recorder: typeof MediaRecorder === "function",
    storage: typeof indexedDB === "object",
    speech_synthesis: "speechSynthesis" in window,
  };
}

function Asking({ devices }: { readonly devices: Devices }) {
  const { t } = useText();
  const { status, ask } = devices;
  const browser = useBrowser();
  const [isLate, setLate] = useState(false);
  const isAsking = status === "asking";
  useEffect(() => {
    setLate(false);
    if (!isAsking) return;
    const timer = setTimeout(() => setLate(true), UNANSWERED_MS);
    return () => clearTimeout(timer);
  }, [isAsking]);

  if (status !== "idle" && !isAsking) return null;
  return (
    <>
      {browser.app && (
        <Message tone="warn">
          <Remedy
            cause="in_app"
            title={t("check.browser.inside", { app: t(`check.app.${browser.app}`) })}
          />
        </Message>
      )}
      <div role="status">
        {isAsking && (isLate ? <Remedy cause="unanswered" /> : t("check.asking"))}
      </div>
      <button
        className="button primary large"
        data-testid="devices-ask"
        disabled={isAsking}
        onClick={() => void ask({ video: true })}
        type="button"
      >
        {t("check.ask")}
      </button>
    </>
  );
}

function Preview({ devices }: { readonly devices: Devices }) {
  const { t } = useText();
  const { status, stream } = devices;
  if (status === "ready" && stream) {
    if (stream.getVideoTracks().length > 0) {
      return <Camera className="is-large" label={t("check.preview")} stream={stream} />;
    }
    return (
      <p className="preview-note">
        <Icon name="mic" size={32} />
        {t("check.noVideo")}
      </p>
    );
  }
  return (
    <p className="preview-note">
      <Icon name="camera" size={32} />
      {t("check.preview")}
    </p>
  );
}
