import { useEffect, useState } from "react";

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** j and k move a mark through the rows, Enter opens; -1 while nothing is marked. */
export function useRowKeys(count: number, onOpen: (index: number) => void): number {
  const [selected, setSelected] = useState(-1);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "j") setSelected((old) => Math.min(count - 1, old + 1));
      else if (event.key === "k") setSelected((old) => Math.max(0, old - 1));
      // A focused link or button answers Enter itself.
      else if (event.key === "Enter" && event.target === document.body) onOpen(selected);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [count, selected, onOpen]);

  return Math.min(selected, count - 1);
}
