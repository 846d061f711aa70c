import { describe, expect, it } from "vitest";
import { type ChunkInfo, type JournalView, Offset, placeOf, planUpload } from "./journal";

/** A second each, recorded from device time 1,000 s on, when the session's clock stood at 0. */
function chunk(number: number, change: Partial<ChunkInfo> = {}): ChunkInfo {
  const from = 1_000_000 + number * 1000;
  return {
    session: "s",
    run: "r",
    lane: "audio",
    number,
    zero: 1_000_000,
    from,
    until: from + 1000,
    offset: -1000,
    sha256: `${change.lane ?? "audio"}${number}`,
    size: 1,
    ...change,
  };
}

const run = Array.from({ length: 120 }, (_, number) => chunk(number));
const view: JournalView = {
  now: 120,
  safe_until: 120,
  wanted: [],
  held: [],
  filling: false,
  chunk_bytes: 1 << 20,
};
const none = { offset: 0, isGivenUp: () => false };
const numbers = (chunks: readonly ChunkInfo[]) => chunks.map((c) => c.number);

describe("planUpload", () => {
  it("sends nothing while nothing is missing", () => {
    expect(planUpload(view, run, none)).toMatchObject({ send: [], seconds: 0 });
  });

  it("sends the head and what lies around a gap, and counts the gap's seconds", () => {
    const plan = planUpload({ ...view, wanted: [{ start: 50.5, end: 53 }] }, run, none);
    expect(numbers(plan.send)).toEqual([0, 48, 49, 50, 51, 52, 53, 54]);
    expect(plan.seconds).toBeCloseTo(2.5);
  });

  it("leaves out what the server holds, and sends sound before pictures", () => {
    const pictures = run.map((c) => ({ ...c, lane: "video" as const }));
    const held = [{ run: "r", lane: "audio" as const, numbers: [0, 50, 51] }];
    const wanted = [{ start: 51, end: 52 }];
    const plan = planUpload({ ...view, held, wanted }, [...pictures, ...run], none);
    expect(plan.send.map((c) => `${c.lane[0]}${c.number}`).slice(0, 4)).toEqual([
      "a49",
      "a52",
      "a53",
      "v0",
    ]);
  });

  it("asks for no more than was given up", () => {
    const wanted = [{ start: 50, end: 53 }];
    const plan = planUpload({ ...view, wanted }, run, { offset: 0, isGivenUp: () => true });
    expect(plan).toMatchObject({ send: [], seconds: 0 });
  });

  it("forgets what is long safe, but no head of a run that goes on", () => {
    const plan = planUpload(view, run, none);
    expect(numbers(plan.forget)).toEqual(Array.from({ length: 73 }, (_, n) => n + 1));
    const over = planUpload({ ...view, safe_until: 200 }, run, none);
    expect(over.forget).toHaveLength(run.length);
  });

  it("keeps what a gap still wants, however old", () => {
    const wanted = [{ start: 10, end: 12 }];
    const plan = planUpload({ ...view, wanted }, run, none);
    for (const number of [8, 9, 10, 11, 12, 13]) expect(numbers(plan.forget)).not.toContain(number);
  });
});

describe("a chunk's place", () => {
  it("is counted by the clock as it was when it was recorded", () => {
    expect(placeOf(chunk(7), 99)).toEqual({ origin: 0, start: 7, end: 8 });
  });

  it("is counted by the clock as it is now where it was not known then", () => {
    expect(placeOf(chunk(7, { offset: null }), -990)).toMatchObject({ origin: 10, start: 17 });
  });
});

describe("Offset", () => {
  it("is that of the fastest ping of the last ones", () => {
    const offset = new Offset();
    expect(offset.value).toBeNull();
    offset.note(10.3, 1_000_000);
    offset.note(11.02, 1_001_000);
    offset.note(12.5, 1_002_000);
    expect(offset.value).toBeCloseTo(-989.98);
    for (let i = 0; i < 20; i += 1) offset.note(20 + i, 1_005_000 + i * 1000);
    expect(offset.value).toBeCloseTo(-985);
  });
});
