import { describe, expect, it } from "vitest";
import { Hush } from "./hush";

describe("a silent microphone", () => {
  it("is told of soon when it was never heard", () => {
    const hush = new Hush(100);
    expect(hush.hear(0, 111.9)).toBe(false);
    expect(hush.hear(0.1, 112)).toBe(true);
  });

  it("leaves somebody who spoke before time to think", () => {
    const hush = new Hush(0);
    expect(hush.hear(0.6, 5)).toBe(false);
    expect(hush.hear(0, 49)).toBe(false);
    expect(hush.hear(0, 50)).toBe(true);
  });

  it("is forgotten at the first sound", () => {
    const hush = new Hush(0);
    expect(hush.hear(0, 20)).toBe(true);
    expect(hush.hear(0.3, 21)).toBe(false);
  });
});
