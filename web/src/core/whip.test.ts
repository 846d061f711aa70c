import { describe, expect, it } from "vitest";
import { type Fetch, SignalError, WhipClient } from "./whip";

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

function server(...answers: (Response | Error)[]): { calls: Call[]; fetch: Fetch } {
  const calls: Call[] = [];
  return {
    calls,
    fetch: async (url, init) => {
      calls.push({ url, init });
      const answer = answers.shift();
      if (answer instanceof Response) return answer;
      throw answer ?? new Error("no answer planned");
    },
  };
}

const created = () =>
  new Response("answer", { status: 201, headers: { Location: "/whip/1", ETag: '"e"' } });

async function failure(work: Promise<unknown>): Promise<SignalError> {
  const error = await work.then(
    () => null,
    (problem: unknown) => problem,
  );
  if (error instanceof SignalError) return error;
  throw new Error("expected a SignalError");
}

describe("WHIP", () => {
  it("offers with the token and returns what later requests need", async () => {
    const { calls, fetch } = server(created());
    const answer = await new WhipClient("/whip", "tok", fetch).offer("offer");
    expect(answer).toEqual({ sdp: "answer", location: "/whip/1", etag: '"e"' });
    expect(calls[0]?.init).toMatchObject({
      method: "POST",
      body: "offer",
      headers: { Authorization: "Bearer tok", "Content-Type": "application/sdp" },
    });
  });

  it("trickles and ends at the location it was given", async () => {
    const none = () => new Response(null, { status: 204 });
    const { calls, fetch } = server(created(), none(), none());
    const client = new WhipClient("/whip", "tok", fetch);
    const answer = await client.offer("offer");
    await client.trickle(answer, "frag");
    await client.end(answer);
    expect(calls.slice(1).map(({ url, init }) => [url, init.method])).toEqual([
      ["/whip/1", "PATCH"],
      ["/whip/1", "DELETE"],
    ]);
    expect(calls[1]?.init.headers).toMatchObject({ "If-Match": '"e"' });
  });

  it("keeps the server's code and its wish to be left alone", async () => {
    const full = new Response(JSON.stringify({ code: "at_capacity", place: 3 }), {
      status: 503,
      headers: { "Retry-After": "7" },
    });
    const error = await failure(new WhipClient("/w", "t", server(full).fetch).offer(""));
    expect([error.code, error.retryAfter, error.isTemporary]).toEqual(["at_capacity", 7, true]);
    expect(error.place).toBe(3);
  });

  it("tells refusals from failures that pass", async () => {
    const used = new Response(JSON.stringify({ code: "invitation_used" }), { status: 410 });
    const refusal = await failure(new WhipClient("/w", "t", server(used).fetch).offer(""));
    expect([refusal.code, refusal.isTemporary]).toEqual(["invitation_used", false]);
    const gone = await failure(
      new WhipClient("/w", "t", server(new TypeError("x")).fetch).offer(""),
    );
    expect([gone.code, gone.isTemporary]).toEqual(["network", true]);
  });

  it("survives a proxy's page instead of a problem", async () => {
    const page = new Response("<html>", { status: 502 });
    const error = await failure(new WhipClient("/w", "t", server(page).fetch).offer(""));
    expect([error.code, error.status]).toEqual(["internal", 502]);
  });

  it("refuses an answer that cannot be ended", async () => {
    const answer = new Response("sdp", { status: 201 });
    const error = await failure(new WhipClient("/w", "t", server(answer).fetch).offer(""));
    expect(error.code).toBe("no_location");
  });
});
