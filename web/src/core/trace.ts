/** Lines for a small chart. */
interface Point {
  /** Both 0..1; y grows upwards; NaN breaks the line. */
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly width: number;
  readonly height: number;
}

/** An SVG path through the points; values outside 0..1 are drawn at the edge. */
export function trace(points: readonly Point[], { width, height }: Box): string {
  const parts: string[] = [];
  let isDrawing = false;
  for (const { x, y } of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      isDrawing = false;
      continue;
    }
    const inside = Math.min(1, Math.max(0, y));
    const px = (x * width).toFixed(1);
    const py = (height - 2 - inside * (height - 4)).toFixed(1);
    parts.push(`${isDrawing ? "L" : "M"}${px} ${py}`);
    isDrawing = true;
  }
  return parts.join(" ");
}

/** At most `most` items, evenly taken. */
export function thin<T>(items: readonly T[], most: number): T[] {
  const stride = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, index) => index % stride === 0);
}
