import { useEffect } from "react";

/**
 * The tab that began last has the interview. Without this, two tabs of one link take the
 * connection from each other every few seconds, and each time a moment of speech is lost.
 */
export function useOneTab(
  sessionId: string | undefined,
  isRunning: boolean,
  onTaken: () => void,
): void {
  useEffect(() => {
    if (!sessionId || !isRunning) return;
    const channel = new BroadcastChannel(sessionId);
    channel.onmessage = onTaken;
    channel.postMessage("taken");
    return () => channel.close();
  }, [sessionId, isRunning, onTaken]);
}
