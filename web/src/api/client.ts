import createClient from "openapi-fetch";
import type { paths } from "./openapi.gen";

export function candidateClient(token: string) {
  return createClient<paths>({
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
  });
}

/** The extra header is what a foreign page cannot send: it stands in for a CSRF token. */
export function workspaceClient() {
  return createClient<paths>({ headers: { "X-Candor-Request": "1" }, credentials: "same-origin" });
}

export type Client = ReturnType<typeof candidateClient>;
