export const STATES = [
  "invited",
  "consented",
  "connecting",
  "live",
  "draining",
  "closed",
  "failed",
] as const;
export type SessionState = (typeof STATES)[number];

/** Rows of the queue per request. */
export const PAGE = 50;

const COLOURS: Readonly<Record<string, string>> = {
  live: "teal",
  connecting: "teal",
  closed: "gray",
  failed: "red",
  revoked: "red",
  expired: "orange",
};

export function stateColour(state: string): string {
  return COLOURS[state] ?? "gray";
}
