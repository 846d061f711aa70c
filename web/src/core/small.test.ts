import { describe, expect, it } from "vitest";
import { backoff } from "./backoff";
import { formatClock, readClock, shownClock } from "./clock";
import { preferred } from "./codecs";
import { constraints } from "./devices";
import { HEARD, level, rms, smooth } from "./meter";
import { fragment } from "./sdpfrag";
import { thin, trace } from "./trace";

describe("clock", () => {
  it("writes minutes and hours", () => {
    expect([0, 59.9, 187, 3727, -5, Number.NaN].map(formatClock)).toEqual([
      "0:00",
      "0:59",
      "3:07",
      "1:02:07",
      "0:00",
      "0:00",
    ]);
  });

  it("reads the server's clock at half the way there and back", () => {
    const reading = readClock({ used: 5, total: 20, running: true }, 1000, 1200);
    expect(reading.readAt).toBe(1100);
    expect(shownClock(reading, 1600)).toEqual({ used: 5.5, total: 20.5 });
  });

  it("stands still while the server's does, or is not heard", () => {
    const stopped = { used: 5, total: 20, running: false, readAt: 0 };
    expect(shownClock(stopped, 1000)).toEqual({ used: 5, total: 20 });
    const silent = { ...stopped, running: true };
    expect(shownClock(silent, 60_000)).toEqual({ used: 5, total: 20 });
    expect(shownClock(null, 1)).toEqual({ used: 0, total: 0 });
  });
});

describe("backoff", () => {
  it("doubles up to a cap, with jitter below it", () => {
    expect([0, 1, 2, 9].map((n) => backoff(n, () => 1))).toEqual([500, 1000, 2000, 8000]);
    expect(backoff(1, () => 0)).toBe(750);
  });
});

describe("level meter", () => {
  const tone = (amplitude: number) =>
    Float32Array.from({ length: 480 }, (_, i) => amplitude * Math.sin(i / 5));

  it("is empty in silence, full when loud, and hears speech", () => {
    expect(level(new Float32Array(480))).toBe(0);
    expect(level(tone(1))).toBe(1);
    expect(level(tone(0.1))).toBeGreaterThan(HEARD);
    expect(level(tone(0.002))).toBeLessThan(HEARD);
    expect(rms([])).toBe(0);
  });

  it("rises at once and falls slowly", () => {
    expect(smooth(0.2, 0.9, 0.02)).toBe(0.9);
    expect(smooth(0.9, 0.1, 0.1)).toBeCloseTo(0.75);
  });
});

describe("devices", () => {
  it("asks for no camera in an interview with sound only", () => {
    expect(constraints({ video: false }).video).toBe(false);
    expect(constraints({ video: true, camera: "c" }).video).toMatchObject({
      width: { ideal: 640 },
      deviceId: { exact: "c" },
    });
  });
});

describe("codecs", () => {
  const codec = (mimeType: string) => ({ mimeType });

  it("puts VP8 before H.264 and drops what the server does not take", () => {
    const offered = ["video/AV1", "video/H264", "video/rtx", "video/VP9", "video/VP8"].map(codec);
    expect(preferred(offered).map((c) => c.mimeType)).toEqual([
      "video/VP8",
      "video/H264",
      "video/rtx",
    ]);
  });

  it("leaves the browser alone when it has none of them", () => {
    expect(preferred(["video/AV1", "video/rtx"].map(codec))).toEqual([]);
  });
});

describe("trickle fragments", () => {
  const offer = [
    "v=0",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:secret",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=mid:0",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=mid:1",
    "",
  ].join("\r\n");

  it("puts candidates under their media section", () => {
    const body = fragment(
      offer,
      [{ candidate: "candidate:1 1 udp 1 10.0.0.1 9 typ host", sdpMid: "1" }],
      false,
    );
    expect(body).toBe(
      "a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n",
    );
  });

  it("ends every section when gathering is complete", () => {
    expect(fragment(offer, [], true)?.match(/a=end-of-candidates/g)).toHaveLength(2);
  });

  it("says nothing about an offer without ICE", () => {
    expect(fragment("v=0\r\n", [], true)).toBeNull();
  });
});

describe("chart lines", () => {
  it("breaks where nothing was measured and stays inside", () => {
    const points = [0.5, Number.NaN, 2].map((y, x) => ({ x: x / 2, y }));
    expect(trace(points, { width: 100, height: 20 })).toBe("M0.0 10.0 M100.0 2.0");
  });

  it("thins evenly", () => {
    expect(thin([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]);
    expect(thin([], 3)).toEqual([]);
  });
});
