import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Sent } from "./connection";
import { FakePeer, FakeTrack } from "./fake-peer";
import { Link, type LinkEvent } from "./link";
import { WhipClient } from "./whip";

type Reply = () => Response;

const accept: Reply = () =>
  new Response("answer", { status: 201, headers: { Location: "/whip/1" } });
const refuse =
  (status: number, code: string, headers: Record<string, string> = {}, place?: unknown): Reply =>
  () =>
    new Response(JSON.stringify({ code, place }), { status, headers });
const full = (place: unknown): Reply => refuse(503, "at_capacity", { "Retry-After": "4" }, place);

function setUp(...replies: Reply[]) {
  const peers: FakePeer[] = [];
  const events: LinkEvent[] = [];
  const methods: string[] = [];
  const whip = new WhipClient("/whip", "t", async (_, init) => {
    methods.push(init.method ?? "");
    // A server that fell silent does not answer the farewell either.
    if (init.method === "DELETE") return new Promise(() => undefined);
    if (init.method !== "POST") return new Response(null, { status: 204 });
    return (replies.shift() ?? accept)();
  });
  const create = () => {
    const peer = new FakePeer();
    peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  };
  const tracks = [new FakeTrack("audio"), new FakeTrack("video")];
  const link = new Link(
    { stream: {}, tracks, faces: false } as unknown as Sent,
    { whip, create, videoCodecs: () => [], iceServers: async () => [] },
    (event) => events.push(event),
  );
  const names = () => events.map(({ type }) => type);
  return { link, peers, events, methods, names };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** The server answers every ping for this long. */
async function talk(peer: FakePeer | undefined, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    peer?.channel.say({ type: "pong", t: i });
  }
}

describe("the link to the server", () => {
  it("sends both tracks, connects and pings", async () => {
    const { link, peers, names } = setUp();
    void link.run();
    await talk(peers[0] ?? undefined, 1);
    expect(names()).toContain("connected");
    expect(peers[0]?.kinds).toEqual(["audio", "video"]);
    expect(peers[0]?.channel.sent[0]).toContain('"ping"');
    link.stop();
  });

  it("stays with one connection while the server answers", async () => {
    const { link, peers } = setUp();
    void link.run();
    await vi.advanceTimersByTimeAsync(0);
    await talk(peers[0], 30);
    expect(peers).toHaveLength(1);
    link.stop();
  });

  it("makes a new offer after three seconds of silence", async () => {
    const { link, peers, names } = setUp();
    void link.run();
    await vi.advanceTimersByTimeAsync(0);
    await talk(peers[0], 10);
    await vi.advanceTimersByTimeAsync(2000);
    expect(peers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(peers).toHaveLength(2);
    expect(names().filter((name) => name !== "message")).toEqual([
      "connected",
      "lost",
      "connected",
    ]);
    link.stop();
  });

  it("lets a silent connection go on sending until the next one is connected", async () => {
    const down = () => Promise.reject(new TypeError("network")) as unknown as Response;
    const { link, peers } = setUp(accept, down, down);
    void link.run();
    await vi.advanceTimersByTimeAsync(0);
    await talk(peers[0], 5);
    await vi.advanceTimersByTimeAsync(4500);
    expect(peers.length).toBeGreaterThan(1);
    expect(peers[0]?.connectionState).toBe("connected");
    await vi.advanceTimersByTimeAsync(30_000);
    const states = peers.map(({ connectionState }) => connectionState);
    expect(states.slice(0, 3)).toEqual(["closed", "closed", "closed"]);
    link.stop();
    expect(peers.every(({ connectionState }) => connectionState === "closed")).toBe(true);
  });

  it("keeps a new camera through the next connection", async () => {
    const { link, peers } = setUp();
    void link.run();
    await vi.advanceTimersByTimeAsync(0);
    const camera = new FakeTrack("video", 1280, 720);
    await link.replace(camera as unknown as MediaStreamTrack);
    peers[0]?.become("failed");
    await vi.advanceTimersByTimeAsync(1500);
    for (const peer of peers) expect(peer.senders[1]?.track).toBe(camera);
    expect(peers[1]?.kinds).toEqual(["audio", "video"]);
    link.stop();
  });

  it("makes a new offer when the connection fails", async () => {
    const { link, peers } = setUp();
    void link.run();
    await vi.advanceTimersByTimeAsync(0);
    peers[0]?.become("failed");
    await vi.advanceTimersByTimeAsync(1500);
    expect(peers).toHaveLength(2);
    link.stop();
  });

  it("waits as long as a full server asks, or less when the network comes back", async () => {
    const { link, peers } = setUp(refuse(503, "at_capacity", { "Retry-After": "20" }));
    void link.run();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(peers).toHaveLength(1);
    link.hurry();
    await vi.advanceTimersByTimeAsync(100);
    expect(peers).toHaveLength(2);
    link.stop();
  });

  it("tells the place in the line, asks as often as told, and goes in when let in", async () => {
    const { link, peers, events, names } = setUp(full(3), full(2), full("<b>"), full(1));
    void link.run();
    for (let tries = 1; tries <= 4; tries += 1) {
      await vi.advanceTimersByTimeAsync(100);
      expect(peers).toHaveLength(tries);
      await vi.advanceTimersByTimeAsync(3800);
      expect(peers).toHaveLength(tries);
      await vi.advanceTimersByTimeAsync(100);
    }
    await talk(peers[4], 2);
    expect(events.slice(0, 4)).toEqual(
      [3, 2, null, 1].map((place) => ({ type: "waiting", place })),
    );
    expect(names()).not.toContain("lost");
    expect(names()).toContain("connected");
    link.stop();
  });

  it("pauses longer and longer only where nobody told how long", async () => {
    const down = refuse(502, "internal");
    const { link, peers, names } = setUp(full(1), down, down, full(1));
    void link.run();
    await vi.advanceTimersByTimeAsync(4000 + 500 + 1000 + 100);
    expect(peers).toHaveLength(4);
    expect(names()).toEqual(["waiting", "lost", "lost", "waiting"]);
    link.stop();
  });

  it("gives way to another device that took the interview over, and does not fight for it", async () => {
    const { link, peers, events, methods } = setUp();
    void link.run();
    await talk(peers[0] ?? undefined, 2);
    peers[0]?.channel.say({ type: "warning", session_id: "s", code: "taken_over", at: 3 });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(events.at(-1)).toEqual({ type: "fatal", code: "elsewhere" });
    expect(methods.filter((method) => method === "POST")).toHaveLength(1);
    link.stop();
  });

  it("gives up where trying again cannot help", async () => {
    const { link, peers, events } = setUp(refuse(403, "consent_missing"));
    await link.run();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(peers).toHaveLength(1);
    expect(events).toEqual([{ type: "fatal", code: "consent_missing" }]);
  });

  it("tells the server when it ends, and does not come back", async () => {
    const { link, peers, methods } = setUp();
    void link.run();
    await vi.advanceTimersByTimeAsync(500);
    link.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(methods.at(-1)).toBe("DELETE");
    expect(peers).toHaveLength(1);
  });

  it("passes on events and drops what is none", async () => {
    const { link, peers, events } = setUp();
    void link.run();
    await vi.advanceTimersByTimeAsync(0);
    peers[0]?.channel.say({ type: "saved", session_id: "s", recorded_until: 4 });
    peers[0]?.channel.say({ type: "saved", recorded_until: "<b>" });
    const messages = events.filter(({ type }) => type === "message");
    expect(messages).toHaveLength(1);
    link.stop();
  });
});
