import { useEffect } from "react";

/** What the keys of the queue do; rows are links, so that Enter opens the one in focus by itself. */
export interface RowKeys {
  readonly onMark: (id: string) => void;
  readonly onTake: (id: string | null) => void;
  readonly onLabel: (id: string | null) => void;
  readonly onClear: () => void;
  readonly onHelp: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === "checkbox") return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-queue-row]")];
}

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>("[data-queue-row]") ?? null;
}

function step(by: number): void {
  const all = rows();
  const now = current();
  const at = now ? all.indexOf(now) + by : 0;
  const next = all[Math.max(0, Math.min(all.length - 1, at))];
  next?.querySelector<HTMLElement>(".row-target")?.focus();
}

/** j and k move the focus from row to row, x marks, a takes, l labels, / searches, ? explains. */
export function useRowKeys(keys: RowKeys): void {
  useEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      j: () => step(1),
      k: () => step(-1),
      x: () => {
        const id = current()?.dataset.queueRow;
        if (id) keys.onMark(id);
      },
      a: () => keys.onTake(current()?.dataset.queueRow ?? null),
      l: () => keys.onLabel(current()?.dataset.queueRow ?? null),
      "/": () => document.querySelector<HTMLElement>(".filters-search input")?.focus(),
      "?": keys.onHelp,
      Escape: keys.onClear,
    };
    const press = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("[role=dialog]")) return;
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [keys]);
}
