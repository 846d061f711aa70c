/**
 * One connection to the server's device check: real ICE, real media, captions back, nothing kept.
 * Made once, opened once, closed once; it tells what went wrong instead of trying again by itself.
 */
import { preferred } from "../codecs";
import type { PeerTools } from "../connection";
import { parseEvent, type ServerEvent } from "../events";
import { addWay, LARGE_WAYS } from "../pictures";
import { fragment } from "../sdpfrag";
import { type Answer, SignalError, type WhipClient } from "../whip";
import { connectionCause, type Reading, readStats } from "./network";

/** Long enough for a relay's candidate to be in the offer: its absence is a finding. */
const GATHER_MS = 2500;
const TRICKLE_MS = 100;
const CONNECT_MS = 12_000;

export interface ProbeTools extends PeerTools {
  readonly whip: WhipClient;
  readonly iceServers: () => Promise<RTCIceServer[]>;
  readonly now: () => number;
}

export class Probe {
  /** Of our own, by type. */
  readonly candidates: Record<string, number> = {};
  /** Codes of `icecandidateerror` (701: a server could not be reached). */
  readonly iceErrors: number[] = [];
  refusal: string | null = null;
  connectMs: number | null = null;
  private peer: RTCPeerConnection | null = null;
  private answer: Answer | null = null;
  private readonly pending: RTCIceCandidate[] = [];
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private hasTurn = false;
  private isClosed = false;

  constructor(
    private readonly tools: ProbeTools,
    private readonly hear: (event: ServerEvent) => void,
  ) {}

  /** Null when connected, else the cause. */
  async open(stream: MediaStream) {
    try {
      const servers = await this.tools.iceServers();
      this.hasTurn = servers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
      if (this.isClosed) return null;
      const began = this.tools.now();
      await this.connect(this.tools.create(servers), stream);
      this.connectMs = this.tools.now() - began;
      return null;
    } catch (error) {
      if (this.isClosed) return null;
      if (error instanceof SignalError && error.code !== "no_connection") this.refusal = error.code;
      return connectionCause({
        hasWebRtc: this.peer !== null,
        refusal: this.refusal,
        candidates: this.candidates,
        hasTurn: this.hasTurn,
      });
    }
  }

  async read(): Promise<Reading | null> {
    if (!this.peer || this.isClosed) return null;
    const stats: Record<string, unknown>[] = [];
    (await this.peer.getStats()).forEach((stat: Record<string, unknown>) => {
      stats.push(stat);
    });
    return readStats(stats, this.tools.now());
  }

  /** Another camera or microphone, while it runs. */
  async replace(track: MediaStreamTrack): Promise<void> {
    const sender = this.peer?.getSenders().find((one) => one.track?.kind === track.kind);
    await sender?.replaceTrack(track);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.flushTimer);
    this.peer?.close();
    const answer = this.answer;
    this.answer = null;
    if (answer) void this.tools.whip.end(answer).catch(() => undefined);
  }

  private async connect(peer: RTCPeerConnection, stream: MediaStream): Promise<void> {
    this.peer = peer;
    const channel = peer.createDataChannel("events", { ordered: true });
    channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      const event = parseEvent(data);
      if (event && !this.isClosed) this.hear(event);
    });
    peer.addEventListener("icecandidate", ({ candidate }) => this.found(candidate));
    peer.addEventListener("icecandidateerror", ({ errorCode }) => {
      if (this.iceErrors.length < 20) this.iceErrors.push(errorCode);
    });
    for (const track of stream.getTracks()) {
      const added = addWay(peer, track, [stream], track.kind === "video" ? LARGE_WAYS : []);
      const codecs = track.kind === "video" ? preferred(this.tools.videoCodecs()) : [];
      if (codecs.length > 0) added.setCodecPreferences?.(codecs);
    }
    await peer.setLocalDescription(await peer.createOffer());
    await this.until(peer, "icegatheringstatechange", GATHER_MS, () =>
      peer.iceGatheringState === "complete" ? true : null,
    );
    // All is gathered, and nothing was found: no server could be reached from here.
    if (peer.iceGatheringState === "complete" && Object.keys(this.candidates).length === 0) {
      throw new SignalError("no_connection", 0, null);
    }
    this.pending.length = 0;
    this.answer = await this.tools.whip.offer(peer.localDescription?.sdp ?? "");
    await peer.setRemoteDescription({ type: "answer", sdp: this.answer.sdp });
    this.flushSoon();
    const isConnected = await this.until(peer, "connectionstatechange", CONNECT_MS, () => {
      if (peer.connectionState === "connected") return true;
      return ["failed", "closed"].includes(peer.connectionState) ? false : null;
    });
    if (!isConnected) throw new SignalError("no_connection", 0, null);
  }

  private found(candidate: RTCIceCandidate | null): void {
    if (!candidate) return;
    const type = candidate.type ?? "unknown";
    this.candidates[type] = (this.candidates[type] ?? 0) + 1;
    this.pending.push(candidate);
    if (this.answer) this.flushSoon();
  }

  private flushSoon(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = setTimeout(() => void this.flush(), TRICKLE_MS);
  }

  private async flush(): Promise<void> {
    const complete = this.peer?.iceGatheringState === "complete";
    if (!this.answer || (this.pending.length === 0 && !complete)) return;
    const sdp = this.peer?.localDescription?.sdp ?? "";
    const body = fragment(sdp, this.pending.splice(0), complete);
    if (body) await this.tools.whip.trickle(this.answer, body).catch(() => undefined);
  }

  /** What `look` says once it says anything; null when the time is up. */
  private until<T>(
    peer: RTCPeerConnection,
    event: string,
    ms: number,
    look: () => T | null,
  ): Promise<T | null> {
    return new Promise((resolve) => {
      const end = (result: T | null) => {
        clearTimeout(timer);
        peer.removeEventListener(event, check);
        resolve(result);
      };
      const check = () => {
        const result = look();
        if (result !== null) end(result);
      };
      const timer = setTimeout(() => end(null), ms);
      peer.addEventListener(event, check);
      check();
    });
  }
}
