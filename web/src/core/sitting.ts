import type { Interview } from "../api/types";
import { addCaption, type Caption } from "./captions";
import type { ClockReading } from "./clock";
import type { EventOf, ServerEvent } from "./events";
import type { Safety } from "./journal-keeper";
import { type Input, type Phase, START, step } from "./machine";

/** All that the candidate's page knows about the sitting. */
export interface Sitting {
  readonly phase: Phase;
  readonly view: Interview | null;
  readonly questionId: string | null;
  /** The stage that the question has come to; null until the server has told. */
  readonly stage: EventOf<"stage"> | null;
  readonly captions: readonly Caption[];
  readonly warning: EventOf<"warning">["code"] | null;
  /** Media seconds that the server holds for certain. */
  readonly savedUntil: number;
  readonly isFallback: boolean;
  /** The server's clock as it was heard last; null before that. */
  readonly clock: ClockReading | null;
  readonly safety: Safety;
}

export type Action =
  | { readonly type: "view"; readonly view: Interview }
  | { readonly type: "input"; readonly input: Input }
  | { readonly type: "event"; readonly event: ServerEvent }
  | { readonly type: "asked"; readonly questionId: string }
  | { readonly type: "clock"; readonly clock: ClockReading }
  | { readonly type: "safety"; readonly safety: Safety }
  | { readonly type: "quiet" };

export const EMPTY: Sitting = {
  phase: START,
  view: null,
  questionId: null,
  stage: null,
  captions: [],
  warning: null,
  savedUntil: 0,
  isFallback: false,
  clock: null,
  safety: { state: "safe", seconds: 0, keeps: "nothing" },
};

export function reduce(sitting: Sitting, action: Action): Sitting {
  switch (action.type) {
    case "view":
      return withView(sitting, action.view);
    case "input":
      return { ...sitting, phase: step(sitting.phase, action.input) };
    case "event":
      return withEvent(sitting, action.event);
    case "asked":
      return withQuestion(sitting, action.questionId);
    case "clock":
      return { ...sitting, clock: action.clock };
    case "safety":
      return { ...sitting, safety: action.safety };
    case "quiet":
      return { ...sitting, warning: null };
  }
}

function withView(sitting: Sitting, view: Interview): Sitting {
  const recording = view.consent ? view.consent.purposes.recording : null;
  const phase = step(sitting.phase, { type: "loaded", state: view.state, recording });
  const questionId = view.current_question_id ?? sitting.questionId ?? view.questions[0]?.id;
  return {
    ...sitting,
    phase,
    view,
    questionId: questionId ?? null,
    isFallback: view.transcription.is_fallback,
  };
}

/** The clock counts the stage: it begins at zero, as a question does. */
function withStage(sitting: Sitting, stage: EventOf<"stage">): Sitting {
  const { clock, stage: old } = sitting;
  const isSame = old?.at === stage.at && old.question_id === stage.question_id;
  return { ...sitting, stage, clock: clock && !isSame ? { ...clock, used: 0 } : clock };
}

/** A new question begins at zero; the next reading tells how far it is by then. */
function withQuestion(sitting: Sitting, questionId: string): Sitting {
  const { clock } = sitting;
  if (questionId === sitting.questionId) return sitting;
  return { ...sitting, questionId, clock: clock && { ...clock, used: 0 } };
}

const OVER = new Set<string>(["draining", "closed"]);

/** Closed without the last question: nobody came back in time, or the time was up. */
export function endedEarly({ view, questionId }: Sitting): boolean {
  if (!view) return false;
  // Over, and no question stands: all were answered.
  if (OVER.has(view.state) && view.current_question_id === null) return false;
  return questionId !== view.questions.at(-1)?.id;
}

function withEvent(sitting: Sitting, event: ServerEvent): Sitting {
  switch (event.type) {
    case "caption":
      return {
        ...sitting,
        captions: addCaption(sitting.captions, event),
        // Words arrived, so the microphone is heard after all.
        warning: sitting.warning === "no_audio" ? null : sitting.warning,
        isFallback: sitting.isFallback || event.is_fallback,
      };
    case "question":
      return withQuestion(sitting, event.question_id);
    case "stage":
      return withStage(sitting, event);
    case "warning":
      return withWarning(sitting, event.code);
    case "saved":
      return { ...sitting, savedUntil: Math.max(sitting.savedUntil, event.recorded_until) };
    case "state":
      if (!OVER.has(event.state)) return sitting;
      return { ...sitting, phase: step(sitting.phase, { type: "finished" }) };
    default:
      return sitting;
  }
}

function withWarning(sitting: Sitting, code: EventOf<"warning">["code"]): Sitting {
  if (code === "resumed") return { ...sitting, warning: null };
  // Both stand in the note above the captions, all the time.
  if (code === "engine_fallback") return { ...sitting, isFallback: true };
  if (code === "engine_missing") return sitting;
  return { ...sitting, warning: code };
}
