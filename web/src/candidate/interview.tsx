import { useEffect, useRef, useState } from "react";
import type { Interview as View } from "../api/types";
import { useText } from "../i18n";
import { errorText } from "../i18n/text";
import { CaptionList } from "../ui/captions";
import { Icon } from "../ui/icons";
import { Message } from "../ui/message";
import { Camera } from "./camera";
import { ConfirmFinish } from "./confirm-finish";
import { Pace } from "./pace";
import { QuestionClock } from "./question-clock";
import { StatusBar } from "./status-bar";
import type { Devices } from "./use-devices";
import { noteBegun } from "./use-resume";
import type { SittingControls } from "./use-sitting";
import { Warnings } from "./warnings";

interface Props {
  readonly view: View;
  readonly controls: SittingControls;
  readonly devices: Devices;
}

export function Interview({ view, controls, devices }: Props) {
  const text = useText();
  const { t } = text;
  const { sitting } = controls;
  const { session_id: session } = view;
  useEffect(() => noteBegun(session, devices.choice), [session, devices.choice]);
  return (
    <div className="stage">
      <StatusBar sitting={sitting} />
      <div className="stage-main">
        <QuestionPanel controls={controls} devices={devices} view={view} />
        <Warnings controls={controls} devices={devices} />
        {controls.error !== null && (
          <div role="alert">
            <Message tone="danger">{errorText(text, controls.error)}</Message>
          </div>
        )}
      </div>
      <aside className="stage-side">
        <SelfView devices={devices} />
        <section className="caption-panel">
          <h2>{t("interview.captions")}</h2>
          <CaptionNote isFallback={sitting.isFallback} view={view} />
          <CaptionList
            captions={sitting.captions}
            empty={view.transcription.available ? t("interview.captionsEmpty") : ""}
            label={t("interview.captions")}
          />
        </section>
      </aside>
    </div>
  );
}

function QuestionPanel({ view, controls, devices }: Props) {
  const { t } = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isAsking, setAsking] = useState(false);
  const { sitting, isBusy } = controls;
  const question = view.questions.find(({ id }) => id === sitting.questionId) ?? view.questions[0];
  if (!question) return null;
  const isLast = question.index === view.total_questions - 1;
  const isSaving = sitting.phase.name === "finishing";

  const next = async () => {
    await controls.next();
    heading.current?.focus();
  };
  return (
    <section className="question">
      <p className="progress" data-testid="progress">
        <span aria-hidden="true" className="progress-short">
          {question.index + 1} / {view.total_questions}
        </span>
        <span className="visually-hidden">
          {t("interview.progress", { index: question.index + 1, total: view.total_questions })}
        </span>
      </p>
      <h1 data-testid="question" lang={view.language || undefined} ref={heading} tabIndex={-1}>
        {question.text}
      </h1>
      <QuestionClock sitting={sitting} view={view} />
      <Pace
        devices={devices}
        isBusy={isBusy || isSaving}
        isLast={isLast}
        isReviewing={isAsking}
        language={view.language}
        onGoOn={() => (isLast ? setAsking(true) : void next())}
        question={question}
        sitting={sitting}
      />
      <ConfirmFinish
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void controls.finish()}
      />
    </section>
  );
}

function SelfView({ devices }: { readonly devices: Devices }) {
  const { t } = useText();
  const { stream } = devices;
  if (stream && stream.getVideoTracks().length > 0) {
    return <Camera className="is-self" label={t("interview.self")} stream={stream} />;
  }
  return (
    <p className="camera is-self preview-note">
      <Icon name="mic" size={24} />
      {t("interview.selfAudio")}
    </p>
  );
}

function CaptionNote({ view, isFallback }: { readonly view: View; readonly isFallback: boolean }) {
  const { t } = useText();
  if (!view.transcription.available) {
    return (
      <p className="caption-note" data-testid="captions-later">
        {t("interview.captionsNone")}
      </p>
    );
  }
  if (!isFallback) return null;
  return (
    <p className="caption-note" data-testid="captions-fallback">
      {t("interview.captionsFallback")}
    </p>
  );
}
