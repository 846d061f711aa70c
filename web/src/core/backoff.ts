/** Milliseconds to wait before attempt n (0, 1, 2 ...): doubling, with a cap and some jitter. */
const FIRST_MS = 500;
const CAP_MS = 8000;

export function backoff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(CAP_MS, FIRST_MS * 2 ** Math.max(0, attempt));
  // Jitter so that a server that came back does not meet everyone in the same instant.
  return Math.round(full * (0.75 + 0.25 * random()));
}
