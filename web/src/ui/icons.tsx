import type { ReactNode } from "react";

/** Line icons on a 24 grid. */
const PATHS = {
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4" />
    </>
  ),
  moon: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  alert: (
    <>
      <path d="M12 3.5 2.5 20h19L12 3.5Z" />
      <path d="M12 10v4M12 17v.01" />
    </>
  ),
  camera: (
    <>
      <rect height="12" rx="2.5" width="12" x="3" y="6" />
      <path d="m15 10.5 6-3v9l-6-3" />
    </>
  ),
  mic: (
    <>
      <rect height="11" rx="3" width="6" x="9" y="3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
    </>
  ),
  play: <path d="M8 5.5v13l10.5-6.5L8 5.5Z" />,
  pause: <path d="M8.5 5v14M15.5 5v14" />,
  list: <path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01" />,
  live: (
    <>
      <circle cx="12" cy="12" r="2.5" />
      <path d="M7.5 7.5a6.4 6.4 0 0 0 0 9M16.5 7.5a6.4 6.4 0 0 1 0 9M4.5 4.5a10.6 10.6 0 0 0 0 15M19.5 4.5a10.6 10.6 0 0 1 0 15" />
    </>
  ),
  plan: (
    <>
      <rect height="18" rx="2.5" width="14" x="5" y="3" />
      <path d="M9 8h6M9 12h6M9 16h3" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8" r="3.5" />
      <path d="M3 20a6 6 0 0 1 12 0M16 4.9a3.5 3.5 0 0 1 0 6.2M17.5 14.6A6 6 0 0 1 21 20" />
    </>
  ),
  mail: (
    <>
      <rect height="14" rx="2.5" width="18" x="3" y="5" />
      <path d="m4 7.5 8 6 8-6" />
    </>
  ),
  chain: (
    <>
      <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1" />
      <path d="M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1" />
    </>
  ),
  eye: (
    <>
      <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  balance: <path d="M12 4v16M8 20h8M5 7h14M5 7l-3 7h6L5 7ZM19 7l-3 7h6l-3-7Z" />,
  plus: <path d="M12 5v14M5 12h14" />,
  download: <path d="M12 4v11M7.5 10.5 12 15l4.5-4.5M5 19.5h14" />,
  pencil: <path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19 4 20ZM14 6.5 17.5 10" />,
  bell: <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5h4" />,
  keyboard: <path d="M3 6.5h18v11H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8" />,
  arrowLeft: <path d="M19 12H5M11 6l-6 6 6 6" />,
  quote: <path d="M5 16c3 0 4-2 4-5V7H4v5h3M15 16c3 0 4-2 4-5V7h-5v5h3" />,
  lock: (
    <>
      <rect height="10" rx="2.5" width="14" x="5" y="11" />
      <path d="M8 11V8a4 4 0 0 1 8 0v3" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5V12l3 2" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6" />
    </>
  ),
} satisfies Record<string, ReactNode>;

interface Props {
  readonly name: keyof typeof PATHS;
  readonly size?: number;
}

/** Always beside a text or inside a labelled button, so hidden from screen readers. */
export function Icon({ name, size = 20 }: Props) {
  return (
    <svg
      aria-hidden="true"
      fill="none"
      height={size}
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.8"
      viewBox="0 0 24 24"
      width={size}
    >
      {PATHS[name]}
    </svg>
  );
}
