/** The browser's half of a connection, and what holds for all of them: muting, and thrift. */
import { useSyncExternalStore } from "react";
import type { Level } from "../core/thrift";
import { ThriftyPeer } from "../core/thrift-peer";

const peers = new Set<RTCPeerConnection>();
const listeners = new Set<() => void>();
let level: Level = "full";

function tell(next: Level): void {
  level = next;
  for (const listener of listeners) listener();
}

export const browserPeer = {
  create: (iceServers: RTCIceServer[]) => new RTCPeerConnection({ iceServers }),
  videoCodecs: () => RTCRtpReceiver.getCapabilities("video")?.codecs ?? [],
};

/** For the interview: a thin line gets less picture, and the page may say so. */
export const thriftyPeer = {
  ...browserPeer,
  create: (iceServers: RTCIceServer[]) => {
    const peer = browserPeer.create(iceServers);
    for (const old of peers) if (old.connectionState === "closed") peers.delete(old);
    peers.add(peer);
    tell("full");
    new ThriftyPeer(peer, (next) => {
      if ([...peers].at(-1) === peer) tell(next);
    });
    return peer;
  },
};

/** How much of the picture is sent at the moment. */
export function useThrift(): Level {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => level,
  );
}

/** Sends silence and darkness, or what there is; also on copies of a track that are sent. */
export function mute(stream: MediaStream | null, isMuted: boolean): void {
  const sent = [...peers].flatMap((peer) => peer.getSenders().map(({ track }) => track));
  for (const track of [...(stream?.getTracks() ?? []), ...sent]) {
    if (track) track.enabled = !isMuted;
  }
}

interface Server {
  readonly urls: string[];
  readonly username?: string | null | undefined;
  readonly credential?: string | null | undefined;
}

export function toIceServer({ urls, username, credential }: Server): RTCIceServer {
  return { urls, ...(username ? { username } : {}), ...(credential ? { credential } : {}) };
}
