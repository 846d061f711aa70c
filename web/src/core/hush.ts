/** About -50 dBFS on the level bar: a quiet room stays below, a soft voice far away does not. */
const AUDIBLE = 0.2;
/** A microphone that never spoke is likely muted; one that did belongs to somebody thinking. */
const FIRST_SECONDS = 12;
const LATER_SECONDS = 45;

/** Whether nothing has been heard for so long that the candidate should be asked. */
export class Hush {
  private last: number;
  private patience = FIRST_SECONDS;

  constructor(now: number) {
    this.last = now;
  }

  /** Take a level (0..1) at `now` (seconds). */
  hear(level: number, now: number): boolean {
    if (level >= AUDIBLE) {
      this.last = now;
      this.patience = LATER_SECONDS;
    }
    return now - this.last >= this.patience;
  }
}
