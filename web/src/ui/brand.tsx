/** The mark is an open circle: nothing hidden, and a person closes it. */
export function Brand() {
  return (
    <span className="brand">
      <svg aria-hidden="true" height="26" viewBox="0 0 32 32" width="26">
        <rect fill="var(--accent)" height="32" rx="9" width="32" />
        <circle
          cx="16"
          cy="16"
          fill="none"
          r="7"
          stroke="var(--on-accent)"
          strokeDasharray="33 11"
          strokeLinecap="round"
          strokeWidth="3.2"
          transform="rotate(45 16 16)"
        />
      </svg>
      Candor
    </span>
  );
}
