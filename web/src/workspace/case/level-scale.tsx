import type { Rating } from "../../api/types";

const LEVELS = [1, 2, 3, 4, 5];

/** Percent along the scale; 1 is the left end, 5 the right. */
function place(value: number): number {
  return ((Math.min(5, Math.max(1, value)) - 1) / 4) * 100;
}

interface Props {
  readonly rating: Pick<Rating, "level" | "low" | "high" | "score">;
}

/** The level as a mark and the interval as a band; the same is said in words above it. */
export function LevelScale({ rating }: Props) {
  const { level, low, high, score } = rating;
  if (level === null) return null;
  const from = place(low ?? level);
  const to = place(high ?? level);
  return (
    <div aria-hidden="true" className="scale">
      <div className="scale-line">
        <div className="scale-band" style={{ left: `${from}%`, width: `${to - from}%` }} />
        {LEVELS.map((value) => (
          <span
            className="scale-tick"
            data-on={value === level || undefined}
            key={value}
            style={{ left: `${place(value)}%` }}
          >
            {value}
          </span>
        ))}
        {score !== null && <div className="scale-score" style={{ left: `${place(score)}%` }} />}
      </div>
    </div>
  );
}
