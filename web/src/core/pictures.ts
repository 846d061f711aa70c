/**
 * How the camera is sent. The first picture of an offer is recorded; a second, small one is looked
 * at for faces, so that the server never decodes the large one.
 */
interface Encoding extends RTCRtpEncodingParameters {
  /** Not yet in TypeScript's library. */
  readonly scalabilityMode?: string;
}

const LARGE: Encoding = { maxBitrate: 500_000, maxFramerate: 15 };
const SMALL: Encoding = { maxBitrate: 100_000, maxFramerate: 5 };
/** Pixels of the small picture's long side; half of what is asked of the camera. */
const SMALL_SIDE = 320;
const USUAL_SIDE = 640;

/** The best way first; a browser that refuses one is asked for the next. */
export type Ways = readonly Encoding[];

/** With layers in time a reader may leave pictures out; they need no word in the offer. */
export const LARGE_WAYS: Ways = [{ ...LARGE, scalabilityMode: "L1T3" }, LARGE];

/** By how much the camera's picture is made smaller; never larger. */
export function smallScale({ width = 0, height = 0 }: MediaTrackSettings): number {
  return Math.max(1, (Math.max(width, height) || USUAL_SIDE) / SMALL_SIDE);
}

/** A transceiver that sends the track in the best way the browser takes. */
export function addWay(
  peer: RTCPeerConnection,
  track: MediaStreamTrack,
  streams: MediaStream[],
  ways: Ways,
): RTCRtpTransceiver {
  const init: RTCRtpTransceiverInit = { direction: "sendonly", streams };
  for (const way of ways) {
    try {
      return peer.addTransceiver(track, { ...init, sendEncodings: [way] });
    } catch {
      // An old browser: the interview matters more than the limits.
    }
  }
  return peer.addTransceiver(track, init);
}

/**
 * The small picture. It is sent from a copy of the camera's track: with one track for both, Chromium
 * takes the large one's pictures at the small one's rate. The copy holds the camera until stopped.
 */
export class SmallPicture {
  readonly transceiver: RTCRtpTransceiver;
  private track: MediaStreamTrack;

  constructor(peer: RTCPeerConnection, camera: MediaStreamTrack, streams: MediaStream[]) {
    this.track = camera.clone();
    const scaleResolutionDownBy = smallScale(camera.getSettings());
    this.transceiver = addWay(peer, this.track, streams, [{ ...SMALL, scaleResolutionDownBy }]);
  }

  /** Take another camera. */
  async replace(camera: MediaStreamTrack): Promise<void> {
    const { sender } = this.transceiver;
    this.track.stop();
    this.track = camera.clone();
    await sender.replaceTrack(this.track);
    const parameters = sender.getParameters();
    const first = parameters.encodings?.[0];
    if (!first) return;
    first.scaleResolutionDownBy = smallScale(camera.getSettings());
    await sender.setParameters(parameters).catch(() => undefined);
  }

  stop(): void {
    this.track.stop();
  }
}
