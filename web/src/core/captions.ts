import type { EventOf } from "./events";

export interface Caption {
  readonly id: string;
  readonly questionId: string | null;
  readonly start: number;
  readonly text: string;
  readonly isFinal: boolean;
  readonly isFallback: boolean;
  readonly status: EventOf<"caption">["status"];
}

/** Enough for two hours of short utterances; the oldest go first. */
const KEPT = 2000;

/** A final replaces its partials and is never replaced by one that comes late. Ordered by start. */
export function addCaption(list: readonly Caption[], event: EventOf<"caption">): Caption[] {
  const known = list.find((caption) => caption.id === event.utterance_id);
  if (known?.isFinal && !event.is_final) return [...list];
  const next: Caption = {
    id: event.utterance_id,
    questionId: event.question_id ?? null,
    start: event.start,
    text: event.text,
    isFinal: event.is_final,
    isFallback: event.is_fallback,
    status: event.status,
  };
  const others = list.filter((caption) => caption.id !== next.id);
  return [...others, next].sort((a, b) => a.start - b.start).slice(-KEPT);
}
