import { describe, expect, it } from "vitest";
import { readBrowser } from "./browser";
import { bundle, type Findings } from "./diagnostics";
import { bitrate, connectionCause, readStats, weakness } from "./network";

const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)";

describe("the network", () => {
  const stats = [
    { id: "T", type: "transport", selectedCandidatePairId: "P" },
    { id: "Q", type: "candidate-pair", localCandidateId: "x", remoteCandidateId: "y" },
    {
      id: "P",
      type: "candidate-pair",
      localCandidateId: "L",
      remoteCandidateId: "R",
      currentRoundTripTime: 0.05,
    },
    {
      id: "L",
      type: "local-candidate",
      candidateType: "relay",
      protocol: "UDP",
      relayProtocol: "tls",
    },
    { id: "R", type: "remote-candidate", candidateType: "host", protocol: "udp" },
    { id: "a", type: "outbound-rtp", bytesSent: 1000 },
    { id: "v", type: "outbound-rtp", bytesSent: 9000, qualityLimitationReason: "bandwidth" },
    { id: "r", type: "remote-inbound-rtp", fractionLost: 0.02, roundTripTime: 0.07 },
  ];

  it("reads the chosen pair, what was sent and what was lost", () => {
    expect(readStats(stats, 7)).toEqual({
      at: 7,
      local: "relay",
      remote: "host",
      protocol: "udp",
      relayProtocol: "tls",
      roundTrip: 0.05,
      bytesSent: 10_000,
      loss: 0.02,
      isLimited: true,
    });
  });

  it("reads Firefox's pair and takes the server's report for a missing round trip", () => {
    const others = stats.filter(({ type }) => type !== "transport" && type !== "candidate-pair");
    const pair = { id: "P", type: "candidate-pair", selected: true, localCandidateId: "L" };
    expect(readStats([...others, pair], 0)).toMatchObject({ local: "relay", roundTrip: 0.07 });
    expect(readStats([], 0)).toMatchObject({ local: "", roundTrip: null, loss: null });
  });

  it("computes the bitrate between two readings", () => {
    const first = readStats(stats, 0);
    expect(bitrate(first, { ...first, at: 2000, bytesSent: 110_000 })).toBe(400_000);
    expect(bitrate(first, first)).toBe(0);
  });

  it.each([
    [{}, true, null],
    [{ best: 100_000 }, true, null],
    [{ best: 100_000, isLimited: true }, true, "slow"],
    [{ best: 100_000, isLimited: true }, false, null],
    [{ roundTrip: 0.9, loss: null }, true, "far"],
    [{ roundTrip: null, loss: 0.2 }, true, "lossy"],
  ])("judges %o (picture: %s) as %s", (differently, hasVideo, cause) => {
    const measured = { best: 500_000, roundTrip: 0.05, loss: 0, isLimited: false };
    expect(weakness({ ...measured, ...differently }, hasVideo)).toBe(cause);
  });

  it.each([
    [{ hasWebRtc: false }, "no_webrtc"],
    [{ refusal: "network" }, "offline"],
    [{ refusal: "check_full" }, "check_full"],
    [{ refusal: "sdp_unsupported" }, "refused"],
    [{ refusal: "sdp_malformed", candidates: {} }, "no_candidates"],
    [{}, "udp_blocked"],
    [{ hasTurn: true }, "turn_unreachable"],
    [{ hasTurn: true, candidates: { host: 1, relay: 1 } }, "udp_blocked"],
  ])("tells why none came about: %o is %s", (differently, cause) => {
    const attempt = { hasWebRtc: true, refusal: null, candidates: { host: 1 }, hasTurn: false };
    expect(connectionCause({ ...attempt, ...differently })).toBe(cause);
  });
});

it("diagnostics tell nothing about the person", () => {
  const settings = { width: 640, height: 480, deviceId: "secret-id", groupId: "secret-group" };
  const found: Findings = {
    browser: readBrowser({
      userAgent: `${ANDROID} Chrome/141.0 Mobile Safari/537.36`,
      maxTouchPoints: 5,
    }),
    locale: "en",
    features: { secure: true },
    devices: { cameras: 1 },
    camera: { state: "ok", cause: null, settings },
    microphone: { state: "bad", cause: "silent_mic", peak: 0.123 },
    caption: { state: "unknown", cause: null },
    speaker: { state: "ok", cause: null },
    network: {
      state: "ok",
      cause: null,
      reading: readStats([{ id: "x", type: "outbound-rtp", bytesSent: 5, address: "10.1.2.3" }], 0),
      measured: { best: 512_345, roundTrip: 0.0421, loss: 0.013, isLimited: false },
      candidates: { host: 2 },
      iceErrors: [701],
      refusal: null,
      connectMs: 231.4,
    },
  };
  const written = bundle(found);
  expect(written).not.toMatch(/secret|Pixel|10\.1\.2\.3|deviceId|groupId/);
  expect(JSON.parse(written)).toMatchObject({
    browser: "chrome",
    system: "android",
    microphone: { cause: "silent_mic", peak: 0.12 },
    network: { round_trip_ms: 42, loss_percent: 1.3, sent_kbit_s: 512, connect_ms: 231 },
  });
});
