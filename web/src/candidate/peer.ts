/** The browser's half of a connection. */
export const browserPeer = {
  create: (iceServers: RTCIceServer[]) => new RTCPeerConnection({ iceServers }),
  videoCodecs: () => RTCRtpReceiver.getCapabilities("video")?.codecs ?? [],
};

interface Server {
  readonly urls: string[];
  readonly username?: string | null | undefined;
  readonly credential?: string | null | undefined;
}

export function toIceServer({ urls, username, credential }: Server): RTCIceServer {
  return { urls, ...(username ? { username } : {}), ...(credential ? { credential } : {}) };
}
