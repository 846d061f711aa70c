import { describe, expect, it } from "vitest";
import { type Chunk, type ChunkInfo, type JournalStore, type JournalView, keyOf } from "./journal";
import { UploadError, Uploader } from "./journal-upload";

/** What `openStore` gives, in memory. */
function memoryStore(): JournalStore & { readonly chunks: Map<string, Chunk> } {
  const chunks = new Map<string, Chunk>();
  return {
    chunks,
    add: async (chunk) => void chunks.set(keyOf(chunk), chunk),
    list: async (session) => [...chunks.values()].filter((c) => c.session === session),
    read: async (info) => chunks.get(keyOf(info))?.data ?? null,
    remove: async (infos) => {
      for (const info of infos) chunks.delete(keyOf(info));
    },
  };
}

const SHA = "ab".repeat(32);

function chunk(number: number): Chunk {
  const info: ChunkInfo = {
    session: "s",
    run: "r",
    lane: "audio",
    number,
    zero: 0,
    from: number * 1000,
    until: number * 1000 + 1000,
    offset: 0,
    sha256: SHA.slice(0, -2) + String(10 + number),
    size: 3,
  };
  return { ...info, data: new Uint8Array([1, 2, number]).buffer };
}

/** A server that misses seconds 4 to 6 until it is told to fill them in. */
class FakeServer {
  view: JournalView = {
    now: 10,
    safe_until: 10,
    wanted: [{ start: 4, end: 6 }],
    held: [],
    filling: false,
    chunk_bytes: 1 << 20,
  };
  readonly asked: string[] = [];
  readonly digests: string[] = [];
  status = 204;
  fills = 0;
  isDeaf = false;

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const path = url.replace("/api/candidate/journal", "").replace(/\?.*/, "");
    this.asked.push(`${init.method} ${path}`);
    if (this.status === 0) throw new TypeError("offline");
    if (init.method === "PUT") {
      this.digests.push(new Headers(init.headers).get("Content-Digest") ?? "");
      const headers = { "Retry-After": "7" };
      return new Response(null, { status: this.status, headers });
    }
    if (path === "/fill") {
      this.fills += 1;
      if (!this.isDeaf) this.view = { ...this.view, wanted: [], filling: false };
    }
    return Response.json(this.view);
  };
}

async function desk() {
  const store = memoryStore();
  for (let number = 0; number < 10; number += 1) await store.add(chunk(number));
  const server = new FakeServer();
  return { store, server, uploader: new Uploader("token", "s", store, server.fetch) };
}

describe("Uploader", () => {
  it("sends what is wanted, has it filled in, and is done", async () => {
    const { server, uploader } = await desk();
    const told: number[] = [];
    const first = await uploader.pass(0, (seconds) => told.push(seconds));
    expect(first).toEqual({ seconds: 2, isFilling: true });
    expect(told).toEqual([2]);
    const put = server.asked.filter((one) => one.startsWith("PUT"));
    expect(put).toEqual([0, 2, 3, 4, 5, 6, 7].map((n) => `PUT /r/audio/${n}`));
    expect(server.digests[0]).toMatch(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);
    expect(await uploader.pass(0, () => undefined)).toEqual({ seconds: 0, isFilling: false });
    expect(server.fills).toBe(1);
  });

  it("sends nothing while nothing is missing", async () => {
    const { server, uploader } = await desk();
    server.view = { ...server.view, wanted: [] };
    await uploader.pass(0, () => undefined);
    expect(server.asked).toEqual(["GET "]);
  });

  it("does not ask for the same again and again", async () => {
    const { server, uploader } = await desk();
    server.isDeaf = true;
    for (let turn = 0; turn < 25; turn += 1) await uploader.pass(0, () => undefined);
    expect(server.fills).toBe(20);
    expect(await uploader.pass(0, () => undefined)).toEqual({ seconds: 0, isFilling: false });
  });

  it("drops what the server refuses for good", async () => {
    const { server, uploader } = await desk();
    server.isDeaf = true;
    server.status = 409;
    await uploader.pass(0, () => undefined);
    const before = server.asked.length;
    await uploader.pass(0, () => undefined);
    expect(server.asked.slice(before)).toEqual(["GET ", "POST /fill"]);
  });

  it.each([
    [429, 7],
    [503, 7],
  ])("says when to come back after %i", async (status, retryAfter) => {
    const { server, uploader } = await desk();
    server.status = status;
    await expect(uploader.pass(0, () => undefined)).rejects.toMatchObject({ status, retryAfter });
  });

  it("tells when nobody can be reached", async () => {
    const { server, uploader } = await desk();
    server.status = 0;
    await expect(uploader.pass(0, () => undefined)).rejects.toBeInstanceOf(UploadError);
  });

  it("leaves nothing behind", async () => {
    const { store, uploader } = await desk();
    await uploader.clear();
    expect(store.chunks.size).toBe(0);
  });
});
