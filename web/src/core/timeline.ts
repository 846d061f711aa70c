/** Arithmetic of the review player. All times are media seconds of the session. */
export interface Segment {
  readonly id: string;
  readonly url: string;
  readonly offset: number;
  readonly duration: number | null;
}

export interface Spot {
  readonly index: number;
  /** Seconds inside that recording. */
  readonly local: number;
}

/** Where to play for a session time; inside a gap, the start of what comes after it. */
export function locate(segments: readonly Segment[], time: number): Spot | null {
  if (segments.length === 0) return null;
  for (const [index, segment] of segments.entries()) {
    if (time < segment.offset) return { index, local: 0 };
    const end = segmentEnd(segments, index);
    if (time < end) return { index, local: time - segment.offset };
  }
  const index = segments.length - 1;
  const last = segments[index];
  return last ? { index, local: last.duration ?? Math.max(0, time - last.offset) } : null;
}

/** A recording of unknown length is taken to last until the next one. */
function segmentEnd(segments: readonly Segment[], index: number): number {
  const segment = segments[index];
  if (!segment) return 0;
  if (segment.duration !== null) return segment.offset + segment.duration;
  return segments[index + 1]?.offset ?? Number.POSITIVE_INFINITY;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The last span that has begun, if it has not been over for more than `slack` seconds. */
export function activeAt<T extends Span>(spans: readonly T[], time: number, slack = 0): T | null {
  let found: T | null = null;
  for (const span of spans) {
    if (span.start <= time && (!found || span.start >= found.start)) found = span;
  }
  return found && time <= found.end + slack ? found : null;
}

export interface Chapter<Q, U> {
  readonly question: Q | null;
  readonly utterances: readonly U[];
}

interface Asked {
  readonly id: string;
  readonly index: number;
}

interface Said extends Span {
  readonly question_id: string | null;
}

/** Utterances under their questions, in the order asked; what belongs to none comes first. */
export function chapters<Q extends Asked, U extends Said>(
  questions: readonly Q[],
  utterances: readonly U[],
): Chapter<Q, U>[] {
  const ordered = [...utterances].sort((a, b) => a.start - b.start);
  const known = new Set(questions.map((question) => question.id));
  const loose = ordered.filter((u) => u.question_id === null || !known.has(u.question_id));
  const rest = [...questions]
    .sort((a, b) => a.index - b.index)
    .map((question) => ({
      question,
      utterances: ordered.filter((u) => u.question_id === question.id),
    }));
  return loose.length > 0 ? [{ question: null, utterances: loose }, ...rest] : rest;
}
