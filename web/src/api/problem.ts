/** Why a question was refused, and which law it would break. */
export interface Objection {
  readonly index: number;
  readonly code: string;
  readonly reason: { readonly zh: string; readonly en: string };
  readonly laws: readonly string[];
}

/** An answer in application/problem+json, or the lack of any answer (status 0). */
export class ApiProblem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly title: string,
    readonly objections: readonly Objection[] = [],
  ) {
    super(title);
    this.name = "ApiProblem";
  }
}

export function toProblem(body: unknown, status: number): ApiProblem {
  const field = (name: string): string => {
    if (typeof body !== "object" || body === null) return "";
    const value = (body as Record<string, unknown>)[name];
    return typeof value === "string" ? value : "";
  };
  const code = field("code") || "internal";
  const found = code === "question_refused" ? (body as { errors: Objection[] }).errors : [];
  return new ApiProblem(code, status, field("title") || `HTTP ${status}`, found);
}

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an openapi-fetch call, or an ApiProblem thrown. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await call;
  } catch {
    throw new ApiProblem("network", 0, "Network");
  }
  if (!result.response.ok) throw toProblem(result.error, result.response.status);
  // 204 has no body; its callers expect none.
  return result.data as T;
}
