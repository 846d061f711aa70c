import { describe, expect, it } from "vitest";
import { decimal, shortIds } from "./format";

describe("what people read", () => {
  it("cuts ids and hashes but no words", () => {
    expect(shortIds("account:01941f29-7c00-7a3b-9d2e-3f1a2b3c4d5e")).toBe("account:…3c4d5e");
    expect(shortIds("ab".repeat(32))).toBe("ababababab…");
    expect(shortIds("2026-12-06T21:35:10.458000+00:00")).toBe("2026-12-06T21:35");
    expect(shortIds("pocketsphinx-en-us 12345678")).toBe("pocketsphinx-en-us 12345678");
  });

  it("writes a dash for no number", () => {
    expect([decimal(null), decimal(2.345, 2), decimal(0)]).toEqual(["–", "2.35", "0.0"]);
  });
});
