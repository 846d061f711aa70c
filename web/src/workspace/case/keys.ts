/** Every shortcut of the review in one place: the handler and the help both read it. */
export const ACTIONS = [
  { id: "next", keys: ["j"] },
  { id: "previous", keys: ["k"] },
  { id: "accept", keys: ["a"] },
  { id: "change", keys: ["c"] },
  { id: "aside", keys: ["x"] },
  { id: "toggle", keys: [" ", "p"] },
  { id: "back", keys: ["ArrowLeft"] },
  { id: "forward", keys: ["ArrowRight"] },
  { id: "slower", keys: ["["] },
  { id: "faster", keys: ["]"] },
  { id: "quote", keys: ["q"] },
  { id: "correct", keys: ["e"] },
  { id: "comment", keys: ["m"] },
  { id: "decide", keys: ["d"] },
  { id: "nextCase", keys: ["n"] },
  { id: "help", keys: ["?"] },
] as const;

export type Action = (typeof ACTIONS)[number]["id"];

const ACTIVATED = new Set(["BUTTON", "A", "SUMMARY"]);
const TYPED = new Set(["INPUT", "TEXTAREA", "SELECT"]);
/** These move within a group by themselves when they have the focus. */
const MOVED = "[role=tab],[role=slider],[role=radio],[role=menuitem],[role=option]";

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: EventTarget | null;
}

/** The action of a key, or null where the key belongs to what has the focus. */
export function actionOf(event: Pressed): Action | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const { key, target } = event;
  if (typeof HTMLElement !== "undefined" && target instanceof HTMLElement) {
    if (target.isContentEditable || TYPED.has(target.tagName)) return null;
    if (key === " " && ACTIVATED.has(target.tagName)) return null;
    if (key.startsWith("Arrow") && target.matches(MOVED)) return null;
  }
  const found = ACTIONS.find(({ keys }) => (keys as readonly string[]).includes(key));
  return found?.id ?? null;
}

/** How a key is written on a keyboard. */
export function keyName(key: string): string {
  const names: Record<string, string> = { " ": "␣", ArrowLeft: "←", ArrowRight: "→" };
  return names[key] ?? key.toUpperCase();
}

const STORED = "candor.review-keys";

/** Single letters can be switched off (WCAG 2.1.4): dictation software sends them by mistake. */
export function areKeysOn(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

export function setKeysOn(isOn: boolean): void {
  if (isOn) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, "off");
}
