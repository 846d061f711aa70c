import { useCallback, useEffect, useRef } from "react";

/** Seconds this page has been looked at: a tab in the background does not count. */
export function useActiveSeconds(): () => number {
  const past = useRef(0);
  const since = useRef<number | null>(null);
  useEffect(() => {
    const turn = () => {
      const now = performance.now();
      if (since.current !== null) past.current += now - since.current;
      since.current = document.hidden ? null : now;
    };
    turn();
    document.addEventListener("visibilitychange", turn);
    return () => document.removeEventListener("visibilitychange", turn);
  }, []);
  return useCallback(() => {
    const running = since.current === null ? 0 : performance.now() - since.current;
    return (past.current + running) / 1000;
  }, []);
}
