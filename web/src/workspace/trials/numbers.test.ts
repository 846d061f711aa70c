import { describe, expect, it } from "vitest";
import { bounds, figure, minutes, NONE, percent, place, radius } from "./numbers";

describe("figures", () => {
  it("have two decimals and never a negative nothing", () => {
    expect(figure(0.618)).toBe("0.62");
    expect(figure(-0.001)).toBe("0.00");
    expect(figure(-0.5)).toBe("−0.50");
    expect(figure(null)).toBe(NONE);
    expect(percent(0.05)).toBe("5 %");
    expect(percent(undefined)).toBe(NONE);
  });

  it("show both bounds or none", () => {
    expect(bounds({ estimate: 0.5, low: 0.4, high: 0.6 })).toBe("0.40 … 0.60");
    expect(bounds({ estimate: 0.5, low: null, high: null })).toBe(NONE);
    expect(bounds({ estimate: 0.5, low: 0.4, high: 0.6 }, percent)).toBe("40 % … 60 %");
  });

  it("count seconds below a minute", () => {
    expect(minutes(59)).toEqual({ value: "59", unit: "s" });
    expect(minutes(90)).toEqual({ value: "2", unit: "min" });
  });
});

describe("places on a chart", () => {
  it("stay within it", () => {
    expect(place(3, { from: 1, to: 5 })).toBe(0.5);
    expect(place(9, { from: 1, to: 5 })).toBe(1);
    expect(place(-9, { from: 1, to: 5 })).toBe(0);
  });

  it("make four times as many twice as wide", () => {
    expect(radius(4, 4) - 3).toBeCloseTo(2 * (radius(1, 4) - 3));
  });
});
