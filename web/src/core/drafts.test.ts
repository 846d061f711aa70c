import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Drafts } from "./drafts";

function room(server: (id: string, text: string) => Promise<void>) {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const changed = vi.fn();
  const isFinal = (error: unknown) => error === "final";
  const make = () => new Drafts("w", { save: server, store, changed, isFinal });
  return { kept, make, drafts: make() };
}

describe("drafts", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are saved a moment after the last key, once", async () => {
    const save = vi.fn(async () => undefined);
    const { drafts, kept } = room(save);
    drafts.begin("q", "");
    drafts.write("q", "a");
    drafts.write("q", "ab");
    expect(drafts.state("q")).toBe("unsaved");
    expect(kept.get("w.q")).toBe("ab");
    await vi.advanceTimersByTimeAsync(1000);
    expect(save.mock.calls).toEqual([["q", "ab"]]);
    expect(drafts.state("q")).toBe("saved");
    expect(kept.size).toBe(0);
  });

  it("never let an older save overtake a newer", async () => {
    const order: string[] = [];
    let free: () => void = () => undefined;
    const { drafts } = room(async (_, text) => {
      if (text === "one") await new Promise<void>((resolve) => (free = resolve));
      order.push(text);
    });
    drafts.begin("q", "");
    drafts.write("q", "one");
    await vi.advanceTimersByTimeAsync(800);
    drafts.write("q", "two");
    await vi.advanceTimersByTimeAsync(800);
    free();
    await vi.advanceTimersByTimeAsync(2000);
    expect(order).toEqual(["one", "two"]);
    expect(drafts.state("q")).toBe("saved");
  });

  it("stay on the device while the network is away, and are tried again", async () => {
    let isAway = true;
    const { drafts, kept, make } = room(async () => {
      if (isAway) throw new Error("network");
    });
    drafts.begin("q", "old");
    drafts.write("q", "new words");
    await vi.advanceTimersByTimeAsync(1000);
    expect(drafts.state("q")).toBe("failed");
    drafts.stop();
    const reloaded = make();
    reloaded.begin("q", "old");
    expect(reloaded.text("q")).toBe("new words");
    isAway = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect([reloaded.state("q"), kept.size]).toEqual(["saved", 0]);
  });

  it("are not tried again once that cannot help", async () => {
    const save = vi.fn(() => Promise.reject("final"));
    const { drafts } = room(save);
    drafts.begin("q", "");
    drafts.write("q", "late");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(save).toHaveBeenCalledTimes(1);
    await expect(drafts.settle()).rejects.toBe("final");
  });

  it("are all saved before they are handed in", async () => {
    const save = vi.fn(async () => undefined);
    const { drafts } = room(save);
    for (const id of ["a", "b"]) drafts.begin(id, "");
    drafts.write("a", "1");
    drafts.write("b", "2");
    await drafts.settle();
    expect(save.mock.calls).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
  });
});
