import { describe, expect, it } from "vitest";
import { type Level, type Look, Thrift } from "./thrift";

const CALM: Look = { roundTrip: 0.3, loss: 0.05, sent: 400_000, isLimited: false };
const THIN: Look = { ...CALM, sent: 40_000, isLimited: true };

function watch(thrift: Thrift, look: Look, times: number): Level {
  for (let i = 0; i < times; i += 1) thrift.look(look);
  return thrift.level;
}

describe("a thin line", () => {
  it("takes the picture down step by step, to sound alone", () => {
    const thrift = new Thrift();
    const seen = Array.from({ length: 6 }, () => thrift.look(THIN));
    expect(seen).toEqual(["full", "small", "small", "sound", "sound", "sound"]);
  });

  it.each([
    ["heavy loss", { ...CALM, loss: 0.3 }],
    ["a long queue", { ...CALM, roundTrip: 2 }],
  ])("is also told by %s", (_, look) => {
    expect(watch(new Thrift(), look, 2)).toBe("small");
  });

  it("is not seen in one bad moment, nor in random loss that repeats can mend", () => {
    const thrift = new Thrift();
    thrift.look(THIN);
    expect(watch(thrift, CALM, 1)).toBe("full");
    expect(watch(thrift, THIN, 1)).toBe("full");
    expect(watch(new Thrift(), { ...CALM, loss: 0.1, roundTrip: 0.5 }, 30)).toBe("full");
  });

  it("lets the picture back by itself once it is calm", () => {
    const thrift = new Thrift();
    watch(thrift, THIN, 4);
    expect(watch(thrift, CALM, 4)).toBe("sound");
    expect(watch(thrift, CALM, 1)).toBe("small");
    expect(watch(thrift, CALM, 5)).toBe("full");
  });

  it("waits longer after each try that failed", () => {
    const thrift = new Thrift();
    watch(thrift, THIN, 4);
    expect(watch(thrift, CALM, 5)).toBe("small");
    expect(watch(thrift, THIN, 2)).toBe("sound");
    expect(watch(thrift, CALM, 9)).toBe("sound");
    expect(watch(thrift, CALM, 1)).toBe("small");
  });

  it("that nothing is known of changes nothing", () => {
    const nothing: Look = { roundTrip: null, loss: null, sent: 0, isLimited: false };
    expect(watch(new Thrift(), nothing, 50)).toBe("full");
  });
});
