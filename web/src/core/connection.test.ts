import { describe, expect, it } from "vitest";
import { Connection, type Sent } from "./connection";
import { FakePeer, FakeTrack } from "./fake-peer";
import { smallScale } from "./pictures";
import { WhipClient } from "./whip";

const accept = async () =>
  new Response("answer", { status: 201, headers: { Location: "/whip/1" } });
const VP8 = { mimeType: "video/VP8", clockRate: 90_000 };
const AV1 = { mimeType: "video/AV1", clockRate: 90_000 };

async function opened(peer: FakePeer, faces: boolean, camera = new FakeTrack("video", 640, 480)) {
  const whip = new WhipClient("/whip", "t", accept);
  const create = () => peer as unknown as RTCPeerConnection;
  const connection = new Connection(whip, { create, videoCodecs: () => [AV1, VP8] }, []);
  // A camera may come before the microphone.
  const sent = { stream: {}, tracks: [camera, new FakeTrack("audio")], faces };
  await connection.open(sent as unknown as Sent);
  return connection;
}

describe("what is sent", () => {
  it("is one large picture where faces are not looked at", async () => {
    const peer = new FakePeer();
    const connection = await opened(peer, false);
    expect(peer.kinds).toEqual(["video", "audio"]);
    connection.close();
  });

  it("is the large picture first and the small one last where they are", async () => {
    const peer = new FakePeer();
    const connection = await opened(peer, true);
    const [large, sound, small] = peer.senders;
    expect(peer.kinds).toEqual(["video", "audio", "video"]);
    expect(large?.way).toEqual({
      maxBitrate: 500_000,
      maxFramerate: 15,
      scalabilityMode: "L1T3",
    });
    expect(small?.way).toEqual({
      maxBitrate: 100_000,
      maxFramerate: 5,
      scaleResolutionDownBy: 2,
    });
    expect(sound?.way).toEqual({});
    for (const picture of [large, small]) expect(picture?.codecs).toEqual([VP8]);
    connection.close();
  });

  it("goes without layers, then without limits, in a browser that knows none", async () => {
    const noLayers = new FakePeer((way) => "scalabilityMode" in way);
    const noLimits = new FakePeer((way) => "maxBitrate" in way);
    const connections = [await opened(noLayers, true), await opened(noLimits, true)];
    expect(noLayers.senders[0]?.way).toEqual({ maxBitrate: 500_000, maxFramerate: 15 });
    expect(noLimits.senders.map(({ way }) => way)).toEqual([{}, {}, {}]);
    for (const connection of connections) connection.close();
  });

  it("goes out of a browser that cannot be told which codecs to prefer", async () => {
    const peer = new FakePeer();
    const add = peer.addTransceiver.bind(peer);
    peer.addTransceiver = (track, init) => ({ sender: add(track, init).sender });
    const connection = await opened(peer, true);
    expect(peer.senders.map(({ codecs }) => codecs.length)).toEqual([0, 0, 0]);
    expect(peer.connectionState).toBe("connected");
    connection.close();
  });

  it("stays small when a larger camera takes over", async () => {
    const [peer, before] = [new FakePeer(), new FakeTrack("video", 640, 480)];
    const connection = await opened(peer, true, before);
    const after = new FakeTrack("video", 720, 1280);
    await connection.replace(after as unknown as MediaStreamTrack);
    expect(peer.senders[0]?.track).toBe(after);
    expect(peer.senders[2]?.track).toBe(after.copies[0]);
    expect(peer.senders[2]?.way).toMatchObject({ scaleResolutionDownBy: 4, maxFramerate: 5 });
    expect(peer.senders[0]?.way).not.toHaveProperty("scaleResolutionDownBy");
    expect(before.copies.map(({ isStopped }) => isStopped)).toEqual([true]);
    connection.close();
  });

  it("lets go of the camera's copy when it ends, and leaves the camera alone", async () => {
    const camera = new FakeTrack("video", 640, 480);
    const connection = await opened(new FakePeer(), true, camera);
    expect(camera.copies.map(({ isStopped }) => isStopped)).toEqual([false]);
    connection.close();
    expect(camera.copies.map(({ isStopped }) => isStopped)).toEqual([true]);
    expect(camera.isStopped).toBe(false);
  });
});

describe("the small picture", () => {
  it.each([
    [640, 480, 2],
    [480, 640, 2],
    [1280, 720, 4],
    [320, 240, 1],
    [160, 120, 1],
    [undefined, undefined, 2],
  ])("of %s x %s is scaled by %s", (width, height, scale) => {
    expect(smallScale(new FakeTrack("video", width, height).getSettings())).toBe(scale);
  });
});
