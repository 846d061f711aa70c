/** "3:07" or "1:02:07" from seconds; negative and odd values count as zero. */
export function formatClock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const s = String(whole % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}

/** The server's clock as a ping found it. Seconds; `readAt` is this device's milliseconds. */
export interface ClockReading {
  readonly used: number;
  readonly total: number;
  readonly running: boolean;
  readonly readAt: number;
}

interface ServerClock {
  readonly used: number;
  readonly total: number;
  readonly running: boolean;
}

/** A reading is about as old as half the way there and back. */
export function readClock(clock: ServerClock, sentMs: number, nowMs: number): ClockReading {
  const { used, total, running } = clock;
  return { used, total, running, readAt: (sentMs + nowMs) / 2 };
}

/** Readings come every second; without one for so long nobody is heard, and the clock stands. */
const STALE_MS = 2500;

/** What the clock shows now. It never runs on by itself while the server is not heard. */
export function shownClock(reading: ClockReading | null, nowMs: number) {
  if (!reading) return { used: 0, total: 0 };
  const since = (nowMs - reading.readAt) / 1000;
  const more = reading.running && since * 1000 < STALE_MS ? Math.max(0, since) : 0;
  return { used: reading.used + more, total: reading.total + more };
}
