import { preferred } from "./codecs";
import { addWay, LARGE_WAYS, SmallPicture } from "./pictures";
import { fragment } from "./sdpfrag";
import { type Answer, SignalError, type WhipClient } from "./whip";

/** Candidates that come within this time travel in the offer; the rest by PATCH. */
const GATHER_MS = 500;
const TRICKLE_MS = 100;
const CONNECT_MS = 15_000;

/** What is sent: a microphone and perhaps a camera. */
export interface Sent {
  readonly stream: MediaStream;
  /** One of each kind; newer than the stream's own after a device was changed. */
  readonly tracks: readonly MediaStreamTrack[];
  /** Whether faces are looked at: the camera is then sent small as well. */
  readonly faces: boolean;
}

export interface PeerTools {
  readonly create: (iceServers: RTCIceServer[]) => RTCPeerConnection;
  readonly videoCodecs: () => readonly RTCRtpCodec[];
}

/** One peer connection: made, connected once, closed once. Recovery makes another one. */
export class Connection {
  readonly channel: RTCDataChannel;
  private readonly peer: RTCPeerConnection;
  private readonly pending: RTCIceCandidate[] = [];
  private small: SmallPicture | null = null;
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

  async open({ stream, tracks, faces }: Sent): Promise<void> {
    for (const track of tracks) {
      const isCamera = track.kind === "video";
      const added = addWay(this.peer, track, [stream], isCamera ? LARGE_WAYS : []);
      if (isCamera) this.prefer(added);
    }
    // After the large one: the first picture of the offer is the one that is recorded.
    const camera = tracks.find(({ kind }) => kind === "video");
    if (faces && camera) {
      this.small = new SmallPicture(this.peer, camera, [stream]);
      this.prefer(this.small.transceiver);
    }
    await this.peer.setLocalDescription(await this.peer.createOffer());
    await this.gathered();
    this.pending.length = 0;
    const offer = this.peer.localDescription?.sdp ?? "";
    this.answer = await this.whip.offer(offer);
    await this.peer.setRemoteDescription({ type: "answer", sdp: this.answer.sdp });
    this.flushSoon();
    await this.connected();
  }

  /** A new camera or microphone without a new negotiation. */
  async replace(track: MediaStreamTrack): Promise<void> {
    const small = this.small?.transceiver.sender;
    const sender = this.peer.getSenders().find((s) => s !== small && s.track?.kind === track.kind);
    await sender?.replaceTrack(track);
    if (track.kind === "video") await this.small?.replace(track);
  }

  /** The machine cannot encode as fast as it should; false where the browser does not tell. */
  async isStrained(): Promise<boolean> {
    const stats = await this.peer.getStats();
    let found = false;
    stats.forEach((report: { type?: unknown; qualityLimitationReason?: unknown }) => {
      found ||= report.type === "outbound-rtp" && report.qualityLimitationReason === "cpu";
    });
    return found;
  }

  /** Does not wait for the server: the next connection must not hang on the last one's farewell. */
  close(): void {
    clearTimeout(this.flushTimer);
    this.small?.stop();
    this.peer.close();
    const answer = this.answer;
    this.answer = null;
    // The server notices silence by itself; DELETE only spares it the wait.
    if (answer) void this.whip.end(answer).catch(() => undefined);
  }

  private prefer(transceiver: RTCRtpTransceiver): void {
    const codecs = preferred(this.tools.videoCodecs());
    // Firefox knows it since 128; without it the server chooses alone.
    if (codecs.length > 0) transceiver.setCodecPreferences?.(codecs);
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
