import { useEffect, useRef } from "react";
import { type Action, actionOf, areKeysOn } from "./keys";

/** Runs the action of a key, unless a dialog is open or somebody is typing. */
export function useReviewKeys(run: (action: Action) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = actionOf(event);
      if (!action || document.querySelector("[role=dialog]")) return;
      if (!areKeysOn() && action !== "help") return;
      event.preventDefault();
      latest.current(action);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
