/** The signalling half of WHIP (RFC 9725): offer, trickle, end. */
export class SignalError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    /** Seconds the server asks us to wait, if it said. */
    readonly retryAfter: number | null,
    /** In the line before a full server: 1 is the next. */
    readonly place: number | null = null,
  ) {
    super(code);
    this.name = "SignalError";
  }

  /** Worth another try: nobody answered, or the server is full or ill at the moment. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Answer {
  readonly sdp: string;
  readonly location: string;
  readonly etag: string | null;
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 10_000;

export class WhipClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly fetch: Fetch,
  ) {}

  async offer(sdp: string): Promise<Answer> {
    const response = await this.send(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: sdp,
    });
    const location = response.headers.get("Location");
    if (!location) throw new SignalError("no_location", response.status, null);
    return { sdp: await response.text(), location, etag: response.headers.get("ETag") };
  }

  async trickle(answer: Answer, fragment: string): Promise<void> {
    const headers: Record<string, string> = { "Content-Type": "application/trickle-ice-sdpfrag" };
    if (answer.etag) headers["If-Match"] = answer.etag;
    await this.send(answer.location, { method: "PATCH", headers, body: fragment });
  }

  /** keepalive: it must also leave when the page is being closed. */
  async end(answer: Answer): Promise<void> {
    await this.send(answer.location, { method: "DELETE", keepalive: true });
  }

  private async send(url: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, Authorization: `Bearer ${this.token}` };
    let response: Response;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      response = await this.fetch(url, { ...init, headers, signal });
    } catch {
      throw new SignalError("network", 0, null);
    }
    if (!response.ok) throw await problem(response);
    return response;
  }
}

async function problem(response: Response): Promise<SignalError> {
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  let code = "internal";
  let place: number | null = null;
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null) {
      if ("code" in body) code = String(body.code);
      if ("place" in body && Number.isInteger(body.place)) place = Number(body.place);
    }
  } catch {
    // A proxy's HTML page: the status has to do.
  }
  return new SignalError(code, response.status, Number.isFinite(wait) ? wait : null, place);
}
