import { useCallback, useEffect, useRef } from "react";
import type { JournalKeeper, Safety } from "../core/journal-keeper";

const MARK = "candor.kept";

interface Open {
  readonly keeper: JournalKeeper;
  readonly clear: () => Promise<void>;
}

export interface Journal {
  readonly begin: (tracks: readonly MediaStreamTrack[], isStrained: Strained) => Promise<void>;
  readonly replace: (track: MediaStreamTrack) => void;
  readonly connected: (isConnected: boolean) => void;
  /** The server's clock at the time a ping was sent from here. */
  readonly note: (mediaSeconds: number, sentMs: number) => void;
  /** Resolves once all that was said is at the server. */
  readonly complete: () => Promise<void>;
  readonly clear: () => Promise<void>;
}

type Strained = () => Promise<boolean>;

/** The journal of this sitting; its machinery is loaded when the interview begins. */
export function useJournal(
  token: string,
  session: string | undefined,
  tell: (safety: Safety) => void,
): Journal {
  const open = useRef<Open | null>(null);
  const isConnected = useRef(false);

  useEffect(() => () => open.current?.keeper.stop(), []);

  const begin = useCallback(
    async (tracks: readonly MediaStreamTrack[], isStrained: Strained) => {
      if (!session) return;
      try {
        const { openJournal } = await import("../core/journal-open");
        open.current?.keeper.stop();
        open.current = await openJournal({ session, token, isStrained, tell });
        localStorage.setItem(MARK, session);
        open.current.keeper.start(tracks);
        if (isConnected.current) open.current.keeper.connected(true);
      } catch {
        // No storage here: the stream alone has to do, and the page says so.
        tell({ state: "safe", seconds: 0, keeps: "nothing" });
      }
    },
    [session, token, tell],
  );

  return {
    begin,
    replace: useCallback((track) => open.current?.keeper.replace(track), []),
    connected: useCallback((now) => {
      isConnected.current = now;
      open.current?.keeper.connected(now);
    }, []),
    note: useCallback((at, sent) => open.current?.keeper.offset.note(at, sent), []),
    complete: useCallback(async () => open.current?.keeper.complete(), []),
    clear: useCallback(async () => {
      await open.current?.keeper.close();
      await open.current?.clear().catch(() => undefined);
      localStorage.removeItem(MARK);
    }, []),
  };
}

/** After the interview: this device may still hold what the server misses. */
export function useLeftOver(token: string, session: string | undefined, isOver: boolean): void {
  useEffect(() => {
    if (!isOver || !session || localStorage.getItem(MARK) !== session) return;
    void import("../core/journal-open").then(async ({ sendLeftOver }) => {
      await sendLeftOver(session, token);
      localStorage.removeItem(MARK);
    });
  }, [isOver, session, token]);
}
