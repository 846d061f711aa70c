/** A part of a text that something refers to. Counted in code points, as the server does. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: "cited" | "aside";
  /** Questions that cite it; none for what was set aside. */
  readonly questions: readonly number[];
}

export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly kind: Span["kind"] | null;
  readonly questions: readonly number[];
}

/** The text in pieces, each under the same spans; put together they are the text again. */
export function pieces(text: string, spans: readonly Span[]): Piece[] {
  const points = Array.from(text);
  const inside = spans.map((span) => ({
    ...span,
    start: Math.max(0, span.start),
    end: Math.min(points.length, span.end),
  }));
  const cuts = new Set([0, points.length, ...inside.flatMap(({ start, end }) => [start, end])]);
  const ordered = [...cuts].sort((a, b) => a - b);
  return ordered.slice(0, -1).map((start, i) => {
    const over = inside.filter((span) => span.start <= start && span.end > start);
    const isAside = over.some(({ kind }) => kind === "aside");
    return {
      text: points.slice(start, ordered[i + 1]).join(""),
      start,
      kind: isAside ? "aside" : over.length > 0 ? "cited" : null,
      questions: [...new Set(over.flatMap(({ questions }) => questions))],
    };
  });
}
