/**
 * What is sent when the line is thin: the picture gets smaller, then stops, and comes back by
 * itself. Sound goes first, always. Pure: readings in, a level out.
 */
export const LEVELS = ["full", "small", "sound"] as const;
export type Level = (typeof LEVELS)[number];

/** One look at the connection, about every two seconds. */
export interface Look {
  /** Seconds; null until measured. */
  readonly roundTrip: number | null;
  /** 0..1 of what was sent lately; null until the server has reported. */
  readonly loss: number | null;
  /** Bits per second that leave in fact. */
  readonly sent: number;
  /** The browser says that it has less bandwidth than the picture wants. */
  readonly isLimited: boolean;
}

const BAD_LOOKS = 2;
/** Ten seconds of calm before another try at more. */
const GOOD_LOOKS = 5;
const MOST_GOOD_LOOKS = 40;
/** A picture that looks right needs about this much; less is better spent on sound. */
const NEEDED: Readonly<Record<Level, number>> = { full: 200_000, small: 70_000, sound: 0 };

/** Random loss alone is mended by repeats: it is a long queue or heavy loss that tells of too much. */
function isBad(look: Look, level: Level): boolean {
  const { roundTrip, loss, sent, isLimited } = look;
  if ((loss ?? 0) > 0.12 || (roundTrip ?? 0) > 1.2) return true;
  return isLimited && sent < NEEDED[level];
}

function isGood({ roundTrip, loss }: Look): boolean {
  return (loss ?? 0) <= 0.08 && (roundTrip ?? 0) < 0.8;
}

export class Thrift {
  level: Level = "full";
  private bad = 0;
  private good = 0;
  /** Grows with each try that failed, so that a thin line is not shaken over and over. */
  private patience = GOOD_LOOKS;
  private isTrying = false;

  look(look: Look): Level {
    const at = LEVELS.indexOf(this.level);
    this.bad = isBad(look, this.level) ? this.bad + 1 : 0;
    this.good = isGood(look) && this.bad === 0 ? this.good + 1 : 0;
    if (this.bad >= BAD_LOOKS && at < LEVELS.length - 1) {
      if (this.isTrying) this.patience = Math.min(MOST_GOOD_LOOKS, this.patience * 2);
      this.go(at + 1, false);
    } else if (this.good >= this.patience && at > 0) {
      this.go(at - 1, true);
    } else if (this.good >= 2 * this.patience) {
      this.isTrying = false; // it held
    }
    return this.level;
  }

  private go(to: number, isTrying: boolean): void {
    this.level = LEVELS[to] ?? this.level;
    this.isTrying = isTrying;
    this.bad = this.good = 0;
  }
}
