/** What the browser keeps beside the stream, and how it is counted. No browser API in here. */
export type Lane = "audio" | "video";

/** Where a chunk lies: times are `Date.now()` milliseconds of this device. */
export interface ChunkInfo {
  readonly session: string;
  /** One start of a recorder; chunks of a run and lane are one file, numbered from 0. */
  readonly run: string;
  readonly lane: Lane;
  readonly number: number;
  readonly zero: number;
  readonly from: number;
  readonly until: number;
  /** Media seconds minus device seconds, as known when it was recorded. */
  readonly offset: number | null;
  readonly sha256: string;
  readonly size: number;
}

export interface Chunk extends ChunkInfo {
  readonly data: ArrayBuffer;
}

export interface JournalStore {
  readonly add: (chunk: Chunk) => Promise<void>;
  readonly list: (session: string) => Promise<ChunkInfo[]>;
  readonly read: (chunk: ChunkInfo) => Promise<ArrayBuffer | null>;
  readonly remove: (chunks: readonly ChunkInfo[]) => Promise<void>;
}

export interface Gap {
  readonly start: number;
  readonly end: number;
}

/** What the server says of its recording; see the journal's HTTP contract. */
export interface JournalView {
  readonly now: number;
  readonly safe_until: number;
  readonly wanted: readonly Gap[];
  readonly held: readonly {
    readonly run: string;
    readonly lane: Lane;
    readonly numbers: number[];
  }[];
  readonly filling: boolean;
  readonly chunk_bytes: number;
}

export interface Plan {
  /** Heads first, then in order; what the server holds already is left out. */
  readonly send: readonly ChunkInfo[];
  /** Seconds of missing sound that this device has. */
  readonly seconds: number;
  /** Safe on the server and of no more use here. */
  readonly forget: readonly ChunkInfo[];
}

/** Seconds around a gap: chunks are cut where the browser likes. The server allows 3. */
const MARGIN = 2;
/** What was recorded is forgotten this much later: a server that dies loses its last moments. */
const KEPT_SECONDS = 45;

export const keyOf = (chunk: ChunkInfo): string =>
  [chunk.session, chunk.run, chunk.lane, String(chunk.number).padStart(7, "0")].join("/");

/** A chunk's place on the session's media clock, in seconds. */
export function placeOf(chunk: ChunkInfo, offset: number) {
  const shift = chunk.offset ?? offset;
  const at = (ms: number) => ms / 1000 + shift;
  return { origin: at(chunk.zero), start: at(chunk.from), end: at(chunk.until) };
}

export function overlap(gaps: readonly Gap[], start: number, end: number): number {
  return gaps.reduce(
    (sum, g) => sum + Math.max(0, Math.min(g.end, end) - Math.max(g.start, start)),
    0,
  );
}

/** What to send, given what is wanted; `given` up are gaps that nothing more can be done about. */
export function planUpload(
  view: JournalView,
  chunks: readonly ChunkInfo[],
  { offset, isGivenUp }: { offset: number; isGivenUp: (gap: Gap) => boolean },
): Plan {
  const wanted = view.wanted.filter((gap) => !isGivenUp(gap));
  const wide = wanted.map(({ start, end }) => ({ start: start - MARGIN, end: end + MARGIN }));
  const held = new Set(
    view.held.flatMap(({ run, lane, numbers }) => numbers.map((n) => `${run}/${lane}/${n}`)),
  );
  const isHeld = (c: ChunkInfo) => held.has(`${c.run}/${c.lane}/${c.number}`);
  const touches = (c: ChunkInfo) => {
    const { start, end } = placeOf(c, offset);
    return overlap(wide, start, end) > 0;
  };
  const needed = chunks.filter(touches);
  const runs = new Set(needed.map((c) => `${c.run}/${c.lane}`));
  const heads = chunks.filter((c) => c.number === 0 && runs.has(`${c.run}/${c.lane}`));
  const send = [...new Set([...heads, ...needed])].filter((c) => !isHeld(c));
  send.sort((a, b) => (a.lane === b.lane ? a.number - b.number : a.lane < b.lane ? -1 : 1));
  const seconds = chunks
    .filter((c) => c.lane === "audio")
    .reduce((sum, c) => {
      const { start, end } = placeOf(c, offset);
      return sum + overlap(wanted, start, end);
    }, 0);
  return { send, seconds, forget: forgettable(view, chunks, { offset, touches }) };
}

function forgettable(
  view: JournalView,
  chunks: readonly ChunkInfo[],
  { offset, touches }: { offset: number; touches: (c: ChunkInfo) => boolean },
): ChunkInfo[] {
  const old = (c: ChunkInfo) => placeOf(c, offset).end < view.safe_until - KEPT_SECONDS;
  const kept = chunks.filter((c) => c.number > 0 && !(old(c) && !touches(c)));
  const runs = new Set(kept.map((c) => `${c.run}/${c.lane}`));
  // A head is needed as long as anything of its run is; a run that just began has nothing else.
  return chunks.filter((c) =>
    c.number > 0 ? old(c) && !touches(c) : old(c) && !touches(c) && !runs.has(`${c.run}/${c.lane}`),
  );
}

/**
 * Media seconds minus device seconds, from pings: the smallest difference of the last ones is that
 * of the fastest way there, which media take too.
 */
export class Offset {
  private readonly last: number[] = [];

  note(mediaSeconds: number, sentMs: number): void {
    this.last.push(mediaSeconds - sentMs / 1000);
    if (this.last.length > 20) this.last.shift();
  }

  get value(): number | null {
    return this.last.length > 0 ? Math.min(...this.last) : null;
  }
}
