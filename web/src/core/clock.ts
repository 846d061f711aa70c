/** "3:07" or "1:02:07" from seconds; negative and odd values count as zero. */
export function formatClock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

/** Seconds from one wall time to another, both in milliseconds; never negative. */
export function elapsed(fromMs: number, nowMs: number): number {
  return Math.max(0, (nowMs - fromMs) / 1000);
}
