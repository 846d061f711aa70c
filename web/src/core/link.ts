import { backoff } from "./backoff";
import { Connection, type PeerTools, type Sent } from "./connection";
import { parseEvent, type ServerEvent } from "./events";
import { SignalError, type WhipClient } from "./whip";

const PING_MS = 1000;
const SILENCE_MS = 3000;
/** The data channel opens a little after the media; on a slow line this takes seconds. */
const FIRST_WORD_MS = 8000;

export type LinkEvent =
  | { readonly type: "connected" }
  | { readonly type: "lost"; readonly attempt: number }
  | { readonly type: "waiting"; readonly place: number | null }
  | { readonly type: "message"; readonly event: ServerEvent }
  | { readonly type: "fatal"; readonly code: string };

export interface LinkTools extends PeerTools {
  readonly whip: WhipClient;
  readonly iceServers: () => Promise<RTCIceServer[]>;
}

/**
 * Keeps one sitting connected. When the server falls silent for 3 s, or the connection fails, it
 * makes a new one under the same token (an ICE restart would do nothing), with growing pauses.
 * Media of the silent one is back with the network, long before requests that hung in it.
 */
export class Link {
  private connection: Connection | null = null;
  /** The last one that connected. Silent, it goes on sending until its successor is connected. */
  private proven: Connection | null = null;
  private stopped = false;
  private wake: () => void = () => undefined;

  constructor(
    private sent: Sent,
    private readonly tools: LinkTools,
    private readonly emit: (event: LinkEvent) => void,
  ) {}

  async run(): Promise<void> {
    let attempt = 0;
    while (!this.stopped) {
      let pause: number | null = null;
      let event: LinkEvent = { type: "lost", attempt };
      try {
        await this.sit();
        attempt = 0;
        event = { type: "lost", attempt };
      } catch (error) {
        pause = retryIn(error, attempt);
        if (pause === null) return this.give(error);
        if (isFull(error)) {
          // No growing pauses: who asks too seldom loses the place in the line.
          attempt = -1;
          event = { type: "waiting", place: error.place };
        }
      }
      if (this.connection !== this.proven) this.connection?.close();
      this.connection = null;
      if (this.stopped) return;
      this.emit(event);
      await this.sleep(pause ?? 0);
      attempt += 1;
    }
  }

  /** Cut the pause short: the browser says that the network is back. */
  hurry(): void {
    this.wake();
  }

  /** Also for the connections to come. */
  async replace(track: MediaStreamTrack): Promise<void> {
    const tracks = this.sent.tracks.map((old) => (old.kind === track.kind ? track : old));
    this.sent = { ...this.sent, tracks };
    await this.connection?.replace(track);
  }

  /** Whether this machine is too slow for what it sends. */
  async isStrained(): Promise<boolean> {
    return (await this.connection?.isStrained()) ?? false;
  }

  stop(): void {
    this.stopped = true;
    this.wake();
    this.drop();
  }

  /** Connect, and stay until the connection is lost or stop() is called. */
  private async sit(): Promise<void> {
    const ice = await this.tools.iceServers();
    if (this.stopped) return;
    const connection = new Connection(this.tools.whip, this.tools, ice);
    this.connection = connection;
    let heard = Date.now() + FIRST_WORD_MS - SILENCE_MS;
    connection.channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      heard = Math.max(heard, Date.now());
      const event = parseEvent(data);
      // What an older connection still says is no longer meant for us.
      if (!event || this.connection !== connection) return;
      if (event.type === "warning" && event.code === "taken_over") this.giveWay();
      else this.emit({ type: "message", event });
    });
    await connection.open(this.sent);
    if (this.stopped) return;
    this.proven?.close();
    this.proven = connection;
    heard = Date.now() + FIRST_WORD_MS - SILENCE_MS;
    this.emit({ type: "connected" });
    await this.watch(connection, () => heard);
  }

  private watch(connection: Connection, heardAt: () => number): Promise<void> {
    return new Promise((resolve) => {
      let allowance = 0;
      let last = Date.now();
      const look = () => {
        const now = Date.now();
        // A laptop that slept did not hear anything, but that is not the server's silence.
        if (now - last > 2 * PING_MS) allowance = now;
        last = now;
        const silent = now - Math.max(heardAt(), allowance) > SILENCE_MS;
        if (this.stopped || connection.isBroken || silent) {
          clearInterval(timer);
          resolve();
          return;
        }
        ping(connection.channel, now);
      };
      const timer = setInterval(look, PING_MS);
      this.wake = look;
    });
  }

  /** The same link was opened on another device, which now holds the interview. */
  private giveWay(): void {
    this.stop();
    this.emit({ type: "fatal", code: "elsewhere" });
  }

  private drop(): void {
    for (const connection of new Set([this.connection, this.proven])) connection?.close();
    this.connection = this.proven = null;
  }

  private give(error: unknown): void {
    this.drop();
    const code = error instanceof SignalError ? error.code : "peer";
    if (!this.stopped) this.emit({ type: "fatal", code });
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Milliseconds to wait, or null when trying again would not help. */
function retryIn(error: unknown, attempt: number): number | null {
  if (!(error instanceof SignalError) || !error.isTemporary) return null;
  if (isFull(error) && error.retryAfter) return error.retryAfter * 1000;
  return Math.max(backoff(attempt), (error.retryAfter ?? 0) * 1000);
}

function isFull(error: unknown): error is SignalError {
  return error instanceof SignalError && error.code === "at_capacity";
}

function ping(channel: RTCDataChannel, t: number): void {
  if (channel.readyState === "open") channel.send(JSON.stringify({ type: "ping", t }));
}
