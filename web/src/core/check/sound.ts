/** Whether a microphone hears somebody, from its levels (0..1, see ../meter). */
import { HEARD } from "../meter";
import type { SoundCause } from "./causes";

/** About -52 dBFS: the noise of a room reaches it, a muted microphone never does. */
const FAINT = 0.15;
const PATIENCE_SECONDS = 6;

export interface SoundVerdict {
  readonly state: "listening" | "heard" | "problem";
  readonly cause: SoundCause | null;
}

const LISTENING: SoundVerdict = { state: "listening", cause: null };

export class SoundJudge {
  private since: number;
  private loudest = 0;

  constructor(now: number) {
    this.since = now;
  }

  /** The loudest level so far. */
  get peak(): number {
    return this.loudest;
  }

  /** `isMuted`: the track says that its device gives nothing. `now` in seconds. */
  hear(level: number, isMuted: boolean, now: number): SoundVerdict {
    this.loudest = Math.max(this.loudest, level);
    if (this.loudest >= HEARD) return { state: "heard", cause: null };
    if (isMuted) return { state: "problem", cause: "muted_mic" };
    if (now - this.since < PATIENCE_SECONDS) return LISTENING;
    return { state: "problem", cause: this.loudest < FAINT ? "silent_mic" : "quiet_mic" };
  }
}
