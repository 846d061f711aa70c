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

const TONES: Readonly<Record<string, string>> = {
  live: "live",
  connecting: "live",
  failed: "bad",
  revoked: "bad",
  expired: "warn",
  declined: "warn",
};

export function stateTone(state: string): string {
  return TONES[state] ?? "quiet";
}
