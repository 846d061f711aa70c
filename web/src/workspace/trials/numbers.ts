import type { Interval } from "../../api/types";

export const NONE = "–";

/** Two decimals, a real minus sign, no "-0.00". */
export function figure(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return NONE;
  const shown = value.toFixed(digits);
  return Number(shown) === 0 ? (0).toFixed(digits) : shown.replace("-", "−");
}

export function percent(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined ? NONE : `${(value * 100).toFixed(digits)} %`;
}

/** The bounds of an interval as people read them. */
export function bounds(interval: Interval, show: (value: number | null) => string = figure) {
  const { low, high } = interval;
  return low === null || high === null ? NONE : `${show(low)} … ${show(high)}`;
}

/** Seconds as minutes, "12 min"; below one as seconds. */
export function minutes(seconds: number): { readonly value: string; readonly unit: "min" | "s" } {
  return seconds < 60
    ? { value: String(Math.round(seconds)), unit: "s" }
    : { value: String(Math.round(seconds / 60)), unit: "min" };
}

interface Scale {
  readonly from: number;
  readonly to: number;
}

/** Where a value lies on a scale, 0..1; outside it, at its end. */
export function place(value: number, { from, to }: Scale): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}

/** The radius of a circle whose area grows with a count. */
export function radius(count: number, most: number): number {
  return 3 + 9 * Math.sqrt(count / Math.max(1, most));
}
