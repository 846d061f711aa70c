/** Watches one connection's line and holds its pictures to what fits. */
import { bitrate, type Reading, readStats } from "./check/network";
import { type Level, Thrift } from "./thrift";

const EVERY_MS = 2000;

interface Limits {
  readonly active: boolean;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
  /** Times what the sender scales down anyway. */
  readonly scale: number;
}

/** Of the large picture; the small one, which is only looked at, stops at the first step. */
const LARGE: Readonly<Record<Level, Limits>> = {
  full: { active: true, maxBitrate: 500_000, maxFramerate: 15, scale: 1 },
  small: { active: true, maxBitrate: 90_000, maxFramerate: 8, scale: 2 },
  sound: { active: false, maxBitrate: 90_000, maxFramerate: 8, scale: 2 },
};

export class ThriftyPeer {
  private readonly thrift = new Thrift();
  private readonly timer: ReturnType<typeof setInterval>;
  private last: Reading | null = null;
  private applied: Level = "full";

  constructor(
    private readonly peer: RTCPeerConnection,
    private readonly tell: (level: Level) => void,
  ) {
    this.timer = setInterval(() => void this.look(), EVERY_MS);
  }

  private async look(): Promise<void> {
    if (this.peer.connectionState === "closed") return clearInterval(this.timer);
    if (this.peer.connectionState !== "connected") return;
    const stats: Record<string, unknown>[] = [];
    (await this.peer.getStats()).forEach((stat: Record<string, unknown>) => {
      stats.push(stat);
    });
    const now = readStats(stats, performance.now());
    const before = this.last;
    this.last = now;
    if (!before) return;
    const { roundTrip, loss, isLimited } = now;
    const level = this.thrift.look({ roundTrip, loss, isLimited, sent: bitrate(before, now) });
    if (level === this.applied) return;
    this.applied = level;
    await this.apply(level);
    this.tell(level);
  }

  private async apply(level: Level): Promise<void> {
    const pictures = this.peer.getSenders().filter(({ track }) => track?.kind === "video");
    for (const [index, sender] of pictures.entries()) {
      const parameters = sender.getParameters();
      const first = parameters.encodings?.[0];
      if (!first) continue;
      const { scale, ...limits } = LARGE[level];
      if (index > 0) {
        first.active = level === "full";
      } else {
        Object.assign(first, limits);
        first.scaleResolutionDownBy = scale;
      }
      // A browser that refuses a limit keeps what it had: sound is not touched by it.
      await sender.setParameters(parameters).catch(() => undefined);
    }
  }
}
