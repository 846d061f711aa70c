import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** An empty page says what belongs here and how to get it. */
export function Empty({ title, text, children }: Props) {
  return (
    <div className="empty" data-testid="empty">
      <svg aria-hidden="true" height="56" viewBox="0 0 56 56" width="56">
        <circle cx="28" cy="28" fill="var(--accent-soft)" r="28" />
        <circle
          cx="28"
          cy="28"
          fill="none"
          r="12"
          stroke="var(--accent)"
          strokeDasharray="56 20"
          strokeLinecap="round"
          strokeWidth="3.5"
          transform="rotate(45 28 28)"
        />
      </svg>
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      {children}
    </div>
  );
}
