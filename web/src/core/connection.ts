import { preferred } from "./codecs";
import { fragment } from "./sdpfrag";
import { type Answer, SignalError, type WhipClient } from "./whip";

/** Candidates that come within this time travel in the offer; the rest by PATCH. */
const GATHER_MS = 500;
const TRICKLE_MS = 100;
const CONNECT_MS = 15_000;
const VIDEO_BITS_PER_SECOND = 500_000;
const VIDEO_FRAMES_PER_SECOND = 15;

export interface PeerTools {
  readonly create: (iceServers: RTCIceServer[]) => RTCPeerConnection;
  readonly videoCodecs: () => readonly RTCRtpCodec[];
}

/** One peer connection: made, connected once, closed once. Recovery makes another one. */
export class Connection {
  readonly channel: RTCDataChannel;
  private readonly peer: RTCPeerConnection;
  private readonly pending: RTCIceCandidate[] = [];
  private answer: Answer | null = null;
  private flushTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly whip: WhipClient,
    private readonly tools: PeerTools,
    iceServers: RTCIceServer[],
  ) {
    this.peer = tools.create(iceServers);
    this.channel = this.peer.createDataChannel("events", { ordered: true });
    this.peer.addEventListener("icecandidate", ({ candidate }) => this.found(candidate));
  }

  get isBroken(): boolean {
    return ["failed", "closed"].includes(this.peer.connectionState);
  }

  async open(stream: MediaStream): Promise<void> {
    for (const track of stream.getTracks()) this.add(track, stream);
    await this.peer.setLocalDescription(await this.peer.createOffer());
    await this.gathered();
    this.pending.length = 0;
    const offer = this.peer.localDescription?.sdp ?? "";
    this.answer = await this.whip.offer(offer);
    await this.peer.setRemoteDescription({ type: "answer", sdp: this.answer.sdp });
    await this.limitVideo();
    this.flushSoon();
    await this.connected();
  }

  /** A new camera or microphone without a new negotiation. */
  async replace(track: MediaStreamTrack): Promise<void> {
    const sender = this.peer.getSenders().find((s) => s.track?.kind === track.kind);
    await sender?.replaceTrack(track);
  }

  /** Does not wait for the server: the next connection must not hang on the last one's farewell. */
  close(): void {
    clearTimeout(this.flushTimer);
    this.peer.close();
    const answer = this.answer;
    this.answer = null;
    // The server notices silence by itself; DELETE only spares it the wait.
    if (answer) void this.whip.end(answer).catch(() => undefined);
  }

  private add(track: MediaStreamTrack, stream: MediaStream): void {
    const transceiver = this.peer.addTransceiver(track, {
      direction: "sendonly",
      streams: [stream],
    });
    if (track.kind !== "video") return;
    const codecs = preferred(this.tools.videoCodecs());
    if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
  }

  private async limitVideo(): Promise<void> {
    const sender = this.peer.getSenders().find((s) => s.track?.kind === "video");
    const parameters = sender?.getParameters();
    const first = parameters?.encodings?.[0];
    if (!sender || !parameters || !first) return;
    first.maxBitrate = VIDEO_BITS_PER_SECOND;
    first.maxFramerate = VIDEO_FRAMES_PER_SECOND;
    // A browser that refuses a limit still sends: the interview matters more.
    await sender.setParameters(parameters).catch(() => undefined);
  }

  private found(candidate: RTCIceCandidate | null): void {
    if (candidate) this.pending.push(candidate);
    if (this.answer) this.flushSoon();
  }

  private flushSoon(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = setTimeout(() => void this.flush(), TRICKLE_MS);
  }

  private async flush(): Promise<void> {
    const complete = this.peer.iceGatheringState === "complete";
    if (!this.answer || (this.pending.length === 0 && !complete)) return;
    const batch = this.pending.splice(0);
    const body = fragment(this.peer.localDescription?.sdp ?? "", batch, complete);
    if (!body) return;
    // A lost candidate is survivable; a connection that fails for want of it is made anew.
    await this.whip.trickle(this.answer, body).catch(() => undefined);
  }

  private gathered(): Promise<void> {
    if (this.peer.iceGatheringState === "complete") return Promise.resolve();
    return this.settled("icegatheringstatechange", GATHER_MS, () =>
      this.peer.iceGatheringState === "complete" ? "yes" : "wait",
    ).catch(() => undefined);
  }

  private connected(): Promise<void> {
    return this.settled("connectionstatechange", CONNECT_MS, () => {
      if (this.peer.connectionState === "connected") return "yes";
      return this.isBroken ? "no" : "wait";
    });
  }

  /** Resolves on "yes"; rejects on "no" or when the time is up. */
  private settled(event: string, ms: number, look: () => "yes" | "no" | "wait"): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (result: "yes" | "no") => {
        clearTimeout(timer);
        this.peer.removeEventListener(event, check);
        if (result === "yes") resolve();
        else reject(new SignalError("network", 0, null));
      };
      const check = () => {
        const result = look();
        if (result !== "wait") end(result);
      };
      const timer = setTimeout(() => end("no"), ms);
      this.peer.addEventListener(event, check);
      check();
    });
  }
}
