import { backoff } from "./backoff";
import { type JournalStore, Offset } from "./journal";
import { LaneRecorder, type RecorderTools } from "./journal-recorder";
import { UploadError, type Uploader } from "./journal-upload";

const SOON_MS = 1000;
const IDLE_MS = 10_000;
const STRAIN_MS = 5000;
/** Looks in a row at which the machine could not keep up with the stream itself. */
const MOST_STRAINED = 2;
/** A refusal that time does not mend: the interview is over, or recording is not agreed to. */
const FINAL = new Set([401, 403, 404, 409, 410]);
/** The link calls a connection lost after so much silence. */
const NOTICED_MS = 3000;
const SMALL = { width: 320, height: 240, frameRate: 10 };

export interface Safety {
  readonly state: "safe" | "sending" | "offline";
  /** To be sent, or kept since the network went. */
  readonly seconds: number;
  readonly keeps: "all" | "sound" | "nothing";
}

export const SAFE: Safety = { state: "safe", seconds: 0, keeps: "nothing" };

export interface KeeperTools extends RecorderTools {
  readonly uploader: Uploader;
  readonly store: JournalStore;
  /** Whether this machine is too slow for what it sends. */
  readonly isStrained: () => Promise<boolean>;
  readonly tell: (safety: Safety) => void;
}

/** Keeps the journal of one sitting: records, tells how safe all is, sends what is missing. */
export class JournalKeeper {
  readonly offset = new Offset();
  private readonly audio: LaneRecorder;
  private readonly video: LaneRecorder;
  private safety: Safety = SAFE;
  private lostAt: number | null = null;
  private camera: MediaStreamTrack | null = null;
  private strained = 0;
  private isStopped = false;
  private wake: () => void = () => undefined;
  private timers: ReturnType<typeof setInterval>[] = [];

  constructor(
    session: string,
    private readonly tools: KeeperTools,
  ) {
    const offset = () => this.offset.value;
    const { store } = tools;
    this.audio = new LaneRecorder("audio", session, store, tools, {
      offset,
      onFull: () => this.say({ keeps: "nothing" }),
    });
    this.video = new LaneRecorder("video", session, store, tools, {
      offset,
      onFull: () => void this.dropPictures(session),
    });
  }

  /** Sound at once; pictures a little later, when the stream has found its pace. */
  start(tracks: readonly MediaStreamTrack[]): void {
    for (const track of tracks) this.replace(track);
    this.timers.push(setInterval(() => this.tick(), SOON_MS));
    this.timers.push(setInterval(() => void this.watchStrain(), STRAIN_MS));
    void this.run();
  }

  replace(track: MediaStreamTrack): void {
    if (track.kind === "audio") this.record(this.audio, track.clone());
    else {
      this.camera = track;
      if (this.video.isRunning) void this.recordPictures();
    }
  }

  /** The connection stands, or is lost. */
  connected(isConnected: boolean): void {
    if (isConnected) this.lostAt = null;
    else this.lostAt ??= this.tools.now() - NOTICED_MS;
    this.tick();
    if (isConnected) this.hurry();
  }

  hurry(): void {
    this.wake();
  }

  /** Resolves when all that was said up to now is at the server. */
  async complete(): Promise<void> {
    await Promise.all([this.audio.flush(), this.video.flush()]);
    for (let attempt = 0; !this.isStopped; attempt += 1) {
      try {
        const { seconds, isFilling } = await this.pass();
        if (seconds < 0.5 && !isFilling) return;
        await pause(SOON_MS);
      } catch (error) {
        if (error instanceof UploadError && FINAL.has(error.status)) return;
        await pause(backoff(attempt));
      }
    }
  }

  stop(): void {
    this.isStopped = true;
    this.audio.halt();
    this.video.halt();
    for (const timer of this.timers) clearInterval(timer);
    this.hurry();
  }

  /** As `stop`; resolves when nothing more will be written on this device. */
  async close(): Promise<void> {
    this.stop();
    await Promise.all([this.audio.close(), this.video.close()]);
  }

  private async run(): Promise<void> {
    let attempt = 0;
    while (!this.isStopped) {
      let wait = IDLE_MS;
      if (this.lostAt === null) {
        try {
          const { seconds, isFilling } = await this.pass();
          attempt = 0;
          if (seconds > 0 || isFilling) wait = SOON_MS;
        } catch (error) {
          wait = error instanceof UploadError ? error.retryAfter * 1000 : 0;
          wait = Math.max(wait, backoff(attempt));
          attempt += 1;
        }
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        this.wake = () => {
          clearTimeout(timer);
          // A new connection needs a moment until its first packets close the gap.
          setTimeout(resolve, SOON_MS);
        };
      });
    }
  }

  private async pass() {
    const passed = await this.tools.uploader.pass(this.offset.value, (seconds) =>
      this.say(seconds > 0.2 ? { state: "sending", seconds } : {}),
    );
    const isSafe = passed.seconds <= 0.2 && !passed.isFilling;
    this.say(
      isSafe ? { state: "safe", seconds: 0 } : { state: "sending", seconds: passed.seconds },
    );
    return passed;
  }

  private tick(): void {
    if (this.lostAt === null) {
      if (this.safety.state === "offline") this.say({ state: "sending" });
      return;
    }
    this.say({ state: "offline", seconds: (this.tools.now() - this.lostAt) / 1000 });
  }

  private say(change: Partial<Safety>): void {
    this.safety = { ...this.safety, ...change };
    if (!this.isStopped) this.tools.tell(this.safety);
  }

  private record(lane: LaneRecorder, track: MediaStreamTrack): void {
    try {
      lane.start(track);
      if (lane.isRunning) this.say({ keeps: this.video.isRunning ? "all" : "sound" });
    } catch {
      this.say({ keeps: lane.lane === "audio" ? "nothing" : "sound" });
    }
  }

  private async recordPictures(): Promise<void> {
    const track = this.camera?.clone();
    if (!track) return;
    // A smaller picture costs a quarter; a browser that cannot make it smaller keeps it as it is.
    await track.applyConstraints(SMALL).catch(() => undefined);
    this.record(this.video, track);
  }

  private async watchStrain(): Promise<void> {
    if (this.strained >= MOST_STRAINED || this.isStopped || this.lostAt !== null) return;
    const isStrained = await this.tools.isStrained().catch(() => false);
    this.strained = isStrained ? this.strained + 1 : 0;
    if (this.strained >= MOST_STRAINED) {
      this.video.halt();
      if (this.audio.isRunning) this.say({ keeps: "sound" });
    } else if (!this.video.isRunning && this.audio.isRunning && !isStrained) {
      await this.recordPictures();
    }
  }

  private async dropPictures(session: string): Promise<void> {
    this.say({ keeps: "sound" });
    const { store } = this.tools;
    const all = await store.list(session).catch(() => []);
    await store.remove(all.filter(({ lane }) => lane === "video")).catch(() => undefined);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
