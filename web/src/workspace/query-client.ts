import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem";

/** Asks again only where that can help: no answer, or a server that is ill. */
function shouldRetry(count: number, error: Error): boolean {
  const isPassing = error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
  return isPassing && count < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 5_000 },
      mutations: { retry: false },
    },
  });
}
