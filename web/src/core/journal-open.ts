/** Loaded when an interview begins: everything of the journal that needs a browser. */
import type { JournalStore } from "./journal";
import { JournalKeeper, type KeeperTools, type Safety } from "./journal-keeper";
import { openStore } from "./journal-store";
import { Uploader } from "./journal-upload";

interface Wanted {
  readonly session: string;
  readonly token: string;
  readonly isStrained: () => Promise<boolean>;
  readonly tell: (safety: Safety) => void;
}

function uploader(token: string, session: string, store: JournalStore): Uploader {
  return new Uploader(token, session, store, (url, init) => fetch(url, init));
}

/** Rejects where this browser keeps nothing: a private window may have no storage. */
export async function openJournal({ session, token, isStrained, tell }: Wanted) {
  const store = await openStore(indexedDB, Date.now());
  const sender = uploader(token, session, store);
  const tools: KeeperTools = {
    store,
    uploader: sender,
    isStrained,
    tell,
    create: (tracks, options) => new MediaRecorder(new MediaStream(tracks), options),
    isSupported: (mime) =>
      typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(mime),
    digest: (data) => crypto.subtle.digest("SHA-256", data),
    now: Date.now,
    id: () => crypto.randomUUID(),
  };
  return { keeper: new JournalKeeper(session, tools), clear: () => sender.clear() };
}

const TRIES = 20;
const WAIT_MS = 3000;

/** A sitting that is over left something on this device: send what is still missing, forget all. */
export async function sendLeftOver(session: string, token: string): Promise<void> {
  const store = await openStore(indexedDB, Date.now());
  const sender = uploader(token, session, store);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    try {
      const { seconds, isFilling } = await sender.pass(null, () => undefined);
      if (seconds < 0.5 && !isFilling) return await sender.clear();
    } catch {
      // Offline, or the server is away: once more in a moment, and at the next visit.
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
