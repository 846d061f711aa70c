const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

/** How far a moment lies off, in the largest unit that fits: [-2, "day"] is two days ago. */
export function distance(at: string, now: number): readonly [number, Intl.RelativeTimeFormatUnit] {
  const seconds = (Date.parse(at) - now) / 1000;
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[2];
  return [Math.trunc(seconds / size), unit];
}

/** "in 5 hours", "2 天前". */
export function distanceText(language: string, at: string, now: number): string {
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(...distance(at, now));
}
