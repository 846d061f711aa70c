/** What somebody writes, on its way to the server: each answer by itself, the newest words last. */
export type DraftState = "empty" | "unsaved" | "saving" | "saved" | "failed";

export interface DraftStore {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
  readonly removeItem: (key: string) => void;
}

export interface DraftTools {
  readonly save: (id: string, text: string) => Promise<void>;
  /** Kept on this device until the server has it. */
  readonly store: DraftStore;
  readonly changed: () => void;
  /** Whether trying again cannot help: the interview or its time is over. */
  readonly isFinal: (error: unknown) => boolean;
}

interface Draft {
  text: string;
  saved: string;
  state: DraftState;
  timer: ReturnType<typeof setTimeout> | null;
  running: Promise<void> | null;
}

const PAUSE_MS = 700;
const RETRY_MS = 4000;

/**
 * Saves an answer a moment after the last key. One save at a time for each answer, so an older one
 * can never overtake a newer; what could not be saved stays on this device and is tried again.
 */
export class Drafts {
  private readonly drafts = new Map<string, Draft>();
  private stopped: unknown = null;

  constructor(
    private readonly prefix: string,
    private readonly tools: DraftTools,
  ) {}

  /** What the server holds; words left on this device by a lost connection are newer. */
  begin(id: string, saved: string): void {
    if (this.drafts.has(id)) return;
    const left = this.tools.store.getItem(this.key(id));
    const text = left ?? saved;
    const state: DraftState = text === saved ? (saved ? "saved" : "empty") : "unsaved";
    this.drafts.set(id, { text, saved, state, timer: null, running: null });
    if (state === "unsaved") this.later(id, 0);
  }

  text(id: string): string {
    return this.drafts.get(id)?.text ?? "";
  }

  state(id: string): DraftState {
    return this.drafts.get(id)?.state ?? "empty";
  }

  write(id: string, text: string): void {
    const draft = this.drafts.get(id);
    if (!draft) return;
    draft.text = text;
    draft.state = "unsaved";
    this.tools.store.setItem(this.key(id), text);
    this.tools.changed();
    this.later(id, PAUSE_MS);
  }

  /** Everything saved now. Rejects with what kept it from being saved. */
  async settle(): Promise<void> {
    for (const id of this.drafts.keys()) {
      const draft = this.drafts.get(id);
      if (!draft) continue;
      await draft.running;
      if (draft.text !== draft.saved) await this.save(id, true);
    }
  }

  stop(): void {
    for (const { timer } of this.drafts.values()) if (timer) clearTimeout(timer);
    this.stopped = true;
  }

  private key(id: string): string {
    return `${this.prefix}.${id}`;
  }

  private later(id: string, ms: number): void {
    const draft = this.drafts.get(id);
    if (!draft || this.stopped) return;
    if (draft.timer) clearTimeout(draft.timer);
    draft.timer = setTimeout(() => void this.save(id, false), ms);
  }

  private async save(id: string, isLoud: boolean): Promise<void> {
    const draft = this.drafts.get(id);
    if (!draft) return;
    if (draft.timer) clearTimeout(draft.timer);
    if (draft.running) return this.later(id, PAUSE_MS);
    draft.running = this.send(draft, id, isLoud).finally(() => {
      draft.running = null;
    });
    await draft.running;
  }

  private async send(draft: Draft, id: string, isLoud: boolean): Promise<void> {
    const { text } = draft;
    draft.state = "saving";
    this.tools.changed();
    try {
      await this.tools.save(id, text);
      draft.saved = text;
      const isNewest = draft.text === text;
      draft.state = isNewest ? (text ? "saved" : "empty") : "unsaved";
      if (isNewest) this.tools.store.removeItem(this.key(id));
    } catch (error) {
      draft.state = "failed";
      if (!this.tools.isFinal(error)) this.later(id, RETRY_MS);
      if (isLoud) throw error;
    } finally {
      this.tools.changed();
    }
  }
}
