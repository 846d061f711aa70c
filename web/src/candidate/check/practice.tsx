import { useEffect, useRef, useState } from "react";
import { useText } from "../../i18n";
import { CaptionList } from "../../ui/captions";
import { Camera } from "../camera";
import type { CheckupControls } from "./use-checkup";
import { useReplay } from "./use-replay";

interface Props {
  readonly stream: MediaStream;
  readonly checkup: CheckupControls;
  readonly language: string;
  readonly onBack: () => void;
}

const THINK_SECONDS = 20;
const ANSWER_SECONDS = 60;
type Step = "think" | "answer" | "review";

/** As one question of the interview goes, with the server's captions; nothing is stored there. */
export function Practice({ stream, checkup, language, onBack }: Props) {
  const text = useText();
  const { t } = text;
  const [step, setStep] = useState<Step>("think");
  const [known, setKnown] = useState<ReadonlySet<string>>(new Set());
  const heading = useRef<HTMLHeadingElement>(null);
  const replay = useReplay(stream);
  const spoken = language || (text.language === "zh-CN" ? "zh" : "en");
  const captions = checkup.captions.filter(({ id }) => !known.has(id));
  const { isConnected, again } = checkup;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, at the beginning
  useEffect(() => {
    heading.current?.focus();
    // The server ends a check after some minutes; a practice wants captions.
    if (!isConnected) again();
  }, []);

  const answer = () => {
    // One that is being spoken right now goes on into the answer.
    setKnown(new Set(checkup.captions.filter((one) => one.isFinal).map(({ id }) => id)));
    replay.begin();
    setStep("answer");
  };
  const done = () => {
    replay.end();
    setStep("review");
  };
  const left = useCountdown(step === "think" ? THINK_SECONDS : ANSWER_SECONDS, step, () => {
    if (step === "think") answer();
    else if (step === "answer") done();
  });

  return (
    <div className="column check" data-step={step} data-testid="practice">
      <h1 ref={heading} tabIndex={-1}>
        {t("practice.title")}
      </h1>
      <p className="lead">{t("practice.lead")}</p>
      <div className="device-card">
        <div className="preview">
          {step === "review" ? (
            <Replay url={replay.url} isVideo={stream.getVideoTracks().length > 0} />
          ) : (
            <Camera className="is-large" label={t("check.preview")} stream={stream} />
          )}
        </div>
        <div className="device-side">
          <p className="practice-question" lang={spoken}>
            {t(`practice.question.${spoken}`)}
          </p>
          {step === "think" && (
            <>
              <p className="mono" role="timer">
                {t("practice.think", { seconds: left })}
              </p>
              <button
                className="button primary large"
                data-testid="practice-answer"
                onClick={answer}
                type="button"
              >
                {t("practice.answerNow")}
              </button>
            </>
          )}
          {step === "answer" && (
            <>
              <p className="mono" role="timer">
                {t("practice.answering", { seconds: left })}
              </p>
              <button
                className="button primary large"
                data-testid="practice-done"
                onClick={done}
                type="button"
              >
                {t("practice.done")}
              </button>
            </>
          )}
          {step === "review" && <p role="status">{t("practice.review")}</p>}
        </div>
      </div>
      {step !== "think" && (
        <section className="understood">
          <h2>{t("practice.captions")}</h2>
          <CaptionList
            captions={captions}
            empty={t("practice.captionsEmpty")}
            label={t("practice.captions")}
          />
        </section>
      )}
      <div className="actions">
        <button
          className={step === "review" ? "button primary large" : "button"}
          data-testid="practice-back"
          onClick={onBack}
          type="button"
        >
          {t("practice.back")}
        </button>
        {step === "review" && (
          <button
            className="button large"
            data-testid="practice-again"
            onClick={() => setStep("think")}
            type="button"
          >
            {t("practice.again")}
          </button>
        )}
      </div>
    </div>
  );
}

/** Whole seconds left of `seconds` since `step` began; calls `onEnd` once at zero. */
function useCountdown(seconds: number, step: Step, onEnd: () => void): number {
  const [left, setLeft] = useState(seconds);
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    setLeft(seconds);
    if (step === "review") return;
    const began = performance.now();
    const timer = setInterval(() => {
      const rest = Math.ceil(seconds - (performance.now() - began) / 1000);
      setLeft(Math.max(0, rest));
      if (rest > 0) return;
      clearInterval(timer);
      end.current();
    }, 250);
    return () => clearInterval(timer);
  }, [seconds, step]);
  return left;
}

function Replay({ url, isVideo }: { readonly url: string | null; readonly isVideo: boolean }) {
  const { t } = useText();
  if (url === null) return <p className="preview-note">{t("practice.noReplay")}</p>;
  const label = t("practice.replay");
  // The captions stand below it, made from the same sound.
  if (isVideo) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: the words stand beside it as text
      <video
        aria-label={label}
        className="replay"
        controls
        data-testid="replay"
        playsInline
        src={url}
      />
    );
  }
  // biome-ignore lint/a11y/useMediaCaption: the words stand beside it as text
  return <audio aria-label={label} controls data-testid="replay" src={url} />;
}
