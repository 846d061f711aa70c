/** An encoding's parameters. */
type Way = Record<string, unknown>;

interface FakeTransceiver {
  readonly sender: FakeSender;
  setCodecPreferences?(codecs: readonly RTCRtpCodec[]): void;
}

/** A camera or microphone. */
export class FakeTrack {
  readonly copies: FakeTrack[] = [];
  isStopped = false;

  constructor(
    readonly kind: string,
    private readonly width?: number,
    private readonly height?: number,
  ) {}

  getSettings(): MediaTrackSettings {
    const { width, height } = this;
    return { ...(width ? { width } : {}), ...(height ? { height } : {}) };
  }

  clone(): FakeTrack {
    const copy = new FakeTrack(this.kind, this.width, this.height);
    this.copies.push(copy);
    return copy;
  }

  stop(): void {
    this.isStopped = true;
  }
}

class FakeSender {
  readonly codecs: RTCRtpCodec[] = [];

  constructor(
    public track: FakeTrack,
    public way: Way,
  ) {}

  async replaceTrack(track: FakeTrack): Promise<void> {
    this.track = track;
  }

  getParameters(): { encodings: Way[] } {
    return { encodings: [{ ...this.way }] };
  }

  async setParameters({ encodings }: { encodings: Way[] }): Promise<void> {
    this.way = encodings[0] ?? {};
  }
}

/** A peer connection for tests: connects when told, records what is done to it. */
export class FakePeer extends EventTarget {
  connectionState: RTCPeerConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "complete";
  localDescription: { sdp: string } | null = null;
  readonly channel = new FakeChannel();
  readonly senders: FakeSender[] = [];

  /** `refuses`: ways of sending that this browser does not know. */
  constructor(private readonly refuses: (way: Way) => boolean = () => false) {
    super();
  }

  get kinds(): string[] {
    return this.senders.map(({ track }) => track.kind);
  }

  createDataChannel(): FakeChannel {
    return this.channel;
  }

  addTransceiver(track: FakeTrack, init: { sendEncodings?: Way[] }): FakeTransceiver {
    const ways = init.sendEncodings ?? [];
    if (ways.some(this.refuses)) throw new DOMException("no such way", "OperationError");
    const sender = new FakeSender(track, ways[0] ?? {});
    this.senders.push(sender);
    return { sender, setCodecPreferences: (codecs) => sender.codecs.push(...codecs) };
  }

  getSenders(): FakeSender[] {
    return this.senders;
  }

  async createOffer(): Promise<{ type: string; sdp: string }> {
    return { type: "offer", sdp: "v=0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n" };
  }

  async setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
  }

  /** The server's answer connects at once. */
  async setRemoteDescription(): Promise<void> {
    this.become("connected");
    this.channel.readyState = "open";
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  close(): void {
    this.connectionState = "closed";
  }
}

export class FakeChannel extends EventTarget {
  readyState: RTCDataChannelState = "connecting";
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(data) }));
  }
}
