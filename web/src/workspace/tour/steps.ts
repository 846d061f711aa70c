/** Stops of the tour: what is pointed at, and the page it stands on. */
export const STEPS = [
  { key: "welcome", path: "/queue", target: null },
  { key: "plans", path: "/queue", target: "nav-plans" },
  { key: "invite", path: "/queue", target: "nav-invitations" },
  { key: "live", path: "/queue", target: "nav-live" },
  { key: "views", path: "/queue", target: "view-open" },
  { key: "filters", path: "/queue", target: "queue-search" },
  { key: "rows", path: "/queue", target: "queue" },
  { key: "help", path: "/queue", target: "help" },
] as const;

const SEEN = "candor.tour";
const START = "candor-tour";

export function wasSeen(): boolean {
  return localStorage.getItem(SEEN) !== null;
}

export function markSeen(): void {
  localStorage.setItem(SEEN, "1");
}

/** Any page may start it; the shell shows it. */
export function startTour(): void {
  window.dispatchEvent(new Event(START));
}

export function onStart(listener: () => void): () => void {
  window.addEventListener(START, listener);
  return () => window.removeEventListener(START, listener);
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Spot {
  readonly box: Box | null;
  readonly card: { readonly left: number; readonly top: number };
}

const CARD = { width: 340, height: 230 };
const GAP = 14;

/** Where the card goes: beside its target, below it, or in the middle; always within the window. */
export function place(box: Box | null, view: { width: number; height: number }): Spot {
  const width = Math.min(CARD.width, view.width - 2 * GAP);
  const within = (left: number, top: number) => ({
    left: Math.max(GAP, Math.min(left, view.width - width - GAP)),
    top: Math.max(GAP, Math.min(top, view.height - CARD.height - GAP)),
  });
  if (!box) return { box, card: within((view.width - width) / 2, (view.height - CARD.height) / 2) };
  const right = box.left + box.width + GAP;
  if (right + width + GAP <= view.width) return { box, card: within(right, box.top) };
  return { box, card: within(box.left, box.top + Math.min(box.height, 160) + GAP) };
}
