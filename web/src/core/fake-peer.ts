/** A peer connection for tests: connects when told, records what is done to it. */
export class FakePeer extends EventTarget {
  connectionState: RTCPeerConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "complete";
  localDescription: { sdp: string } | null = null;
  readonly channel = new FakeChannel();
  readonly kinds: string[] = [];

  createDataChannel(): FakeChannel {
    return this.channel;
  }

  addTransceiver(track: { kind: string }): { setCodecPreferences: () => void } {
    this.kinds.push(track.kind);
    return { setCodecPreferences: () => undefined };
  }

  getSenders(): [] {
    return [];
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
