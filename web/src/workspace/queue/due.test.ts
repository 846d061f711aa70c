import { expect, it } from "vitest";
import { distance, distanceText } from "./due";

const NOW = Date.parse("2026-11-23T12:00:00Z");

it.each([
  ["2026-11-25T13:00:00Z", [2, "day"]],
  ["2026-11-23T17:59:00Z", [5, "hour"]],
  ["2026-11-23T11:50:00Z", [-10, "minute"]],
  ["2026-11-20T11:00:00Z", [-3, "day"]],
  ["2026-11-23T12:00:30Z", [0, "minute"]],
])("%s lies %j off", (at, expected) => {
  expect(distance(at, NOW)).toEqual(expected);
});

it("is told in the language of the page", () => {
  expect(distanceText("zh-CN", "2026-11-26T12:00:01Z", NOW)).toBe("3天后");
  expect(distanceText("en", "2026-11-21T11:00:00Z", NOW)).toBe("2 days ago");
});
