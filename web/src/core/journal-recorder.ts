import { bytesToHex } from "./hex";
import type { Chunk, JournalStore, Lane } from "./journal";

export const SLICE_MS = 1000;
const MIME: Readonly<Record<Lane, string>> = {
  audio: "audio/webm;codecs=opus",
  video: "video/webm;codecs=vp8",
};
/** The stream carries the good picture; this one only fills its gaps. */
const BITS = { audioBitsPerSecond: 24_000, videoBitsPerSecond: 120_000 };
/** Not yet in TypeScript's library: a picture can begin only at a keyframe. */
interface Options extends MediaRecorderOptions {
  readonly videoKeyFrameIntervalDuration: number;
}

export interface RecorderTools {
  readonly create: (tracks: MediaStreamTrack[], options: MediaRecorderOptions) => MediaRecorder;
  readonly isSupported: (mime: string) => boolean;
  readonly digest: (data: ArrayBuffer) => Promise<ArrayBuffer>;
  readonly now: () => number;
  readonly id: () => string;
}

/** What it hands on: whether it could be kept, and how. */
export interface LaneEvents {
  readonly onFull: () => void;
  readonly offset: () => number | null;
}

/** Records one track in chunks of a second and keeps each as soon as it comes. */
export class LaneRecorder {
  private recorder: MediaRecorder | null = null;
  private track: MediaStreamTrack | null = null;
  private writing: Promise<void> = Promise.resolve();
  private isFull = false;

  constructor(
    readonly lane: Lane,
    private readonly session: string,
    private readonly store: JournalStore,
    private readonly tools: RecorderTools,
    private readonly events: LaneEvents,
  ) {}

  get isSupported(): boolean {
    return this.tools.isSupported(MIME[this.lane]);
  }

  get isRunning(): boolean {
    return this.recorder !== null;
  }

  /** Begin a run with this track; an earlier run ends. The track is ours to stop. */
  start(track: MediaStreamTrack): void {
    this.halt();
    if (this.isFull || !this.isSupported) {
      track.stop();
      return;
    }
    const options: Options = {
      mimeType: MIME[this.lane],
      ...BITS,
      videoKeyFrameIntervalDuration: 2 * SLICE_MS,
    };
    const recorder = this.tools.create([track], options);
    const run = this.tools.id();
    const zero = this.tools.now();
    let from = zero;
    let number = 0;
    recorder.ondataavailable = ({ data }) => {
      const until = this.tools.now();
      if (data.size > 0) {
        this.keep(data, { run, number, zero, from, until });
        number += 1;
      }
      from = until;
    };
    recorder.start(SLICE_MS);
    this.recorder = recorder;
    this.track = track;
  }

  /** All that was said up to now is kept. */
  async flush(): Promise<void> {
    const { recorder } = this;
    if (recorder?.state === "recording") {
      const given = new Promise((resolve) => {
        recorder.addEventListener("dataavailable", resolve, { once: true });
      });
      recorder.requestData();
      await given;
    }
    await this.writing;
  }

  halt(): void {
    if (this.recorder?.state === "recording") this.recorder.stop();
    this.track?.stop();
    this.recorder = this.track = null;
  }

  /** Nothing is kept any more, not even what the recorder still hands over. */
  async close(): Promise<void> {
    this.isFull = true;
    this.halt();
    await this.writing;
  }

  private keep(data: Blob, place: Pick<Chunk, "run" | "number" | "zero" | "from" | "until">): void {
    const { lane, session } = this;
    const offset = this.events.offset();
    this.writing = this.writing.then(async () => {
      if (this.isFull) return;
      try {
        const bytes = await data.arrayBuffer();
        const sha256 = bytesToHex(await this.tools.digest(bytes));
        await this.store.add({
          ...place,
          lane,
          session,
          offset,
          sha256,
          size: data.size,
          data: bytes,
        });
      } catch {
        // No room on this device, or no storage at all (a private window may refuse it).
        this.isFull = true;
        this.halt();
        this.events.onFull();
      }
    });
  }
}
