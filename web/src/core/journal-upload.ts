import { contentDigest } from "./hex";
import {
  type ChunkInfo,
  type Gap,
  type JournalStore,
  type JournalView,
  placeOf,
  planUpload,
} from "./journal";
import type { Fetch } from "./whip";

const URL = "/api/candidate/journal";
const TIMEOUT_MS = 20_000;
/** Asked this often to fill the same gaps, the server has made of them what it could. */
const MOST_FILLS = 20;
/** Of no use to try again: the server has it, does not want it, or cannot take it. */
const REFUSED = new Set([409, 413, 422]);

export class UploadError extends Error {
  constructor(
    readonly status: number,
    readonly retryAfter: number,
  ) {
    super(`journal ${status}`);
  }
}

export interface Passed {
  /** Seconds of missing sound that this device has and the server does not use yet. */
  readonly seconds: number;
  readonly isFilling: boolean;
}

/** Brings what fills the server's gaps there, one chunk after another; may be repeated at will. */
export class Uploader {
  private readonly fills = new Map<string, number>();
  private readonly refused = new Set<ChunkInfo["sha256"]>();

  constructor(
    private readonly token: string,
    private readonly session: string,
    private readonly store: JournalStore,
    private readonly fetch: Fetch,
  ) {}

  /**
   * One pass: ask, send what is wanted, have it filled in, forget what is safe. Throws UploadError
   * when the server cannot be reached.
   */
  async pass(offset: number | null, tell: (seconds: number) => void): Promise<Passed> {
    const asked = Date.now();
    const view = await this.view("GET", "");
    const shift = offset ?? view.now - (asked + Date.now()) / 2000;
    const chunks = await this.store.list(this.session);
    const isGivenUp = (gap: Gap) => (this.fills.get(nameOf(gap)) ?? 0) >= MOST_FILLS;
    const plan = planUpload(view, chunks, { offset: shift, isGivenUp });
    tell(plan.seconds);
    for (const chunk of plan.send) {
      if (!this.refused.has(chunk.sha256)) await this.send(chunk, shift);
    }
    await this.store.remove(plan.forget);
    if (plan.seconds > 0 && !view.filling) {
      for (const gap of view.wanted) {
        this.fills.set(nameOf(gap), (this.fills.get(nameOf(gap)) ?? 0) + 1);
      }
      await this.view("POST", "/fill");
      return { seconds: plan.seconds, isFilling: true };
    }
    return { seconds: plan.seconds, isFilling: view.filling };
  }

  /** The interview is over and everything is safe: nothing stays on this device. */
  async clear(): Promise<void> {
    await this.store.remove(await this.store.list(this.session));
  }

  private async send(chunk: ChunkInfo, offset: number): Promise<void> {
    const data = await this.store.read(chunk);
    if (data === null) return;
    const { origin, start, end } = placeOf(chunk, offset);
    const place = new URLSearchParams({
      origin: origin.toFixed(3),
      start: start.toFixed(3),
      end: end.toFixed(3),
    });
    const path = `${URL}/${chunk.run}/${chunk.lane}/${chunk.number}?${place}`;
    const response = await this.ask(path, {
      method: "PUT",
      headers: {
        "Content-Type": "application/octet-stream",
        "Content-Digest": contentDigest(chunk.sha256),
      },
      body: data,
    });
    if (REFUSED.has(response.status)) this.refused.add(chunk.sha256);
    else if (!response.ok) throw failed(response);
  }

  private async view(method: string, path: string): Promise<JournalView> {
    const response = await this.ask(URL + path, { method });
    if (!response.ok) throw failed(response);
    return (await response.json()) as JournalView;
  }

  private async ask(url: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, Authorization: `Bearer ${this.token}` };
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      return await this.fetch(url, { ...init, headers, signal });
    } catch {
      throw new UploadError(0, 0);
    }
  }
}

const nameOf = ({ start, end }: Gap) => `${start.toFixed(1)}-${end.toFixed(1)}`;

function failed(response: Response): UploadError {
  return new UploadError(response.status, Number(response.headers.get("Retry-After") ?? 0) || 0);
}
