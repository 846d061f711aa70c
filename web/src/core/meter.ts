/** Loudness for a level bar. Samples are floats in -1..1. */
const FLOOR_DB = -60;
const CEILING_DB = -10;
const FALL_PER_SECOND = 1.5;

export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += (samples[i] ?? 0) ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** 0 at -60 dBFS and below, 1 at -10 dBFS and above: loud speech fills the bar. */
export function level(samples: ArrayLike<number>): number {
  const power = rms(samples);
  if (power <= 0) return 0;
  const db = 20 * Math.log10(power);
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}

/** Rises at once, falls slowly, so that the bar can be read. */
export function smooth(previous: number, next: number, seconds: number): number {
  return next >= previous ? next : Math.max(next, previous - FALL_PER_SECOND * seconds);
}

/** Above this the microphone is surely hearing somebody (about -35 dBFS). */
export const HEARD = 0.5;
