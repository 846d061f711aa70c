import { expect, it } from "vitest";
import { place } from "./steps";

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

it("stands beside what it points at", () => {
  const { card } = place({ left: 12, top: 120, width: 195, height: 40 }, DESK);
  expect(card).toEqual({ left: 221, top: 120 });
});

it("stands below where there is no room beside", () => {
  const { card } = place({ left: 252, top: 300, width: 996, height: 36 }, DESK);
  expect(card).toEqual({ left: 252, top: 350 });
});

it("stays within a phone, and in the middle without a target", () => {
  for (const box of [null, { left: 300, top: 700, width: 50, height: 40 }]) {
    const { card } = place(box, PHONE);
    expect(card.left).toBeGreaterThanOrEqual(14);
    expect(card.left + 332).toBeLessThanOrEqual(360);
    expect(card.top + 230).toBeLessThanOrEqual(740);
  }
});
