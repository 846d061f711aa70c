import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem";

/** Asks again only where that can help: no answer, or a server that is ill. */
function shouldRetry(count: number, error: Error): boolean {
  const isPassing = error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
  return isPassing && count < 2;
}

/**
 * A page that cannot be shown because the login ended leads to the sign-in. One that is shown
 * stays: a background refresh must not take away a reason that somebody is writing.
 */
export function makeQueryClient(): QueryClient {
  const cache = new QueryCache({
    onError: (error, query) => {
      const isSignedOut = error instanceof ApiProblem && error.status === 401;
      if (!isSignedOut || query.queryKey[0] === "me" || query.state.data !== undefined) return;
      void client.resetQueries({ queryKey: ["me"] });
    },
  });
  const client = new QueryClient({
    queryCache: cache,
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 5_000 },
      mutations: { retry: false },
    },
  });
  return client;
}
