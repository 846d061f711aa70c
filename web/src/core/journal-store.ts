import { type Chunk, type ChunkInfo, type JournalStore, keyOf } from "./journal";

const NAME = "candor.journal";
const CHUNKS = "chunks";
const INFOS = "infos";
/** As long as the server takes something for an interview that is over. */
const OLDEST_MS = 72 * 3600 * 1000;

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new DOMException("failed", "UnknownError"));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    // A full disk aborts the transaction: the error says QuotaExceededError.
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException("full", "QuotaExceededError"));
  });
}

/** Chunks in IndexedDB, which survives a reload and a crash. What is older than 72 h goes. */
export async function openStore(factory: IDBFactory, now: number): Promise<JournalStore> {
  const opening = factory.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(CHUNKS);
    opening.result.createObjectStore(INFOS);
  };
  const db = await done(opening);
  const both = (mode: IDBTransactionMode) => db.transaction([CHUNKS, INFOS], mode);

  const remove = async (chunks: readonly ChunkInfo[]) => {
    if (chunks.length === 0) return;
    const transaction = both("readwrite");
    for (const chunk of chunks) {
      transaction.objectStore(CHUNKS).delete(keyOf(chunk));
      transaction.objectStore(INFOS).delete(keyOf(chunk));
    }
    await finished(transaction);
  };

  const all = () => done<ChunkInfo[]>(both("readonly").objectStore(INFOS).getAll());
  await remove((await all()).filter(({ until }) => now - until > OLDEST_MS));

  return {
    remove,
    add: async ({ data, ...info }: Chunk) => {
      const transaction = both("readwrite");
      transaction.objectStore(CHUNKS).put(data, keyOf(info));
      transaction.objectStore(INFOS).put(info, keyOf(info));
      await finished(transaction);
    },
    list: async (session) => (await all()).filter((info) => info.session === session),
    read: async (info) => {
      const found = await done<ArrayBuffer | undefined>(
        both("readonly").objectStore(CHUNKS).get(keyOf(info)),
      );
      return found ?? null;
    },
  };
}
