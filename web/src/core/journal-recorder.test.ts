import { describe, expect, it } from "vitest";
import type { Chunk, JournalStore } from "./journal";
import { LaneRecorder, type RecorderTools } from "./journal-recorder";

/** A MediaRecorder that hands over what a test says. */
class FakeRecorder extends EventTarget {
  state: "inactive" | "recording" = "inactive";
  ondataavailable: (event: { data: Blob }) => void = () => undefined;

  start(): void {
    this.state = "recording";
  }

  stop(): void {
    this.state = "inactive";
    this.give("the end");
  }

  requestData(): void {
    this.give("asked for");
  }

  give(text: string): void {
    this.ondataavailable({ data: new Blob([text]) });
    this.dispatchEvent(new Event("dataavailable"));
  }
}

function desk(add?: JournalStore["add"]) {
  const kept: Chunk[] = [];
  const made: FakeRecorder[] = [];
  const full: string[] = [];
  const stopped: string[] = [];
  let now = 1000;
  const tools: RecorderTools = {
    create: () => {
      const recorder = new FakeRecorder();
      made.push(recorder);
      return recorder as unknown as MediaRecorder;
    },
    isSupported: (mime) => mime.includes("webm"),
    digest: async () => new Uint8Array(32).fill(0xab).buffer,
    now: () => {
      now += 1000;
      return now;
    },
    id: () => `run${made.length}`,
  };
  const store: JournalStore = {
    add: add ?? (async (chunk) => void kept.push(chunk)),
    list: async () => [],
    read: async () => null,
    remove: async () => undefined,
  };
  const events = { onFull: () => full.push("full"), offset: () => -5 };
  const lane = new LaneRecorder("audio", "s", store, tools, events);
  const track = () => ({ stop: () => stopped.push("x") }) as unknown as MediaStreamTrack;
  return { lane, kept, made, full, stopped, track };
}

describe("LaneRecorder", () => {
  it("keeps each chunk with its place and its digest", async () => {
    const { lane, kept, made, track } = desk();
    lane.start(track());
    made[0]?.give("one");
    made[0]?.give("two");
    await lane.flush();
    expect(kept.map(({ number, from, until }) => [number, from, until])).toEqual([
      [0, 2000, 3000],
      [1, 3000, 4000],
      [2, 4000, 5000],
    ]);
    expect(kept[0]).toMatchObject({ run: "run1", zero: 2000, offset: -5, sha256: "ab".repeat(32) });
  });

  it("begins a new run for a new microphone and lets the old one go", async () => {
    const { lane, kept, made, stopped, track } = desk();
    lane.start(track());
    made[0]?.give("old");
    lane.start(track());
    made[1]?.give("new");
    await lane.flush();
    expect(stopped).toEqual(["x"]);
    const numbers = kept.map(({ run, number }) => `${run}/${number}`);
    expect(numbers).toEqual(["run1/0", "run1/1", "run2/0", "run2/1"]);
  });

  it("stops, once and for all, when this device has no room", async () => {
    const { lane, made, full, track } = desk(async () => {
      throw new DOMException("full", "QuotaExceededError");
    });
    lane.start(track());
    made[0]?.give("one");
    made[0]?.give("two");
    await lane.flush();
    expect(full).toEqual(["full"]);
    expect(lane.isRunning).toBe(false);
    lane.start(track());
    expect(made).toHaveLength(1);
  });

  it("keeps nothing that comes after it was closed", async () => {
    const { lane, kept, made, track } = desk();
    lane.start(track());
    made[0]?.give("one");
    await lane.flush();
    const before = kept.length;
    await lane.close();
    expect(kept).toHaveLength(before);
  });
});
