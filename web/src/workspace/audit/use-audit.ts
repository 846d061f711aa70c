import { useInfiniteQuery } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";

const api = workspaceClient();
const PAGE = 100;

export const KINDS = ["", "seen", "changed", "exported"] as const;
export type Kind = (typeof KINDS)[number];

/** As it stands in the address of the page, so that a filtered record can be sent to somebody. */
export interface Wanted {
  readonly kind: Kind;
  readonly actor: string;
  readonly case: string;
  /** Days of the reader's own calendar, "2026-11-23"; `until` is included. */
  readonly since: string;
  readonly until: string;
}

function instant(day: string, extraDays: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + extraDays).toISOString();
}

/** The filter as the server takes it. */
export function asQuery({ kind, actor, case: session, since, until }: Wanted) {
  return {
    ...(kind && { kind }),
    ...(actor && { actor }),
    ...(session && { case: session }),
    ...(since && { since: instant(since, 0) }),
    ...(until && { until: instant(until, 1) }),
  };
}

export function exportUrl(wanted: Wanted, form: "csv" | "json"): string {
  return `/api/audit/export?${new URLSearchParams({ ...asQuery(wanted), form })}`;
}

/** The newest events first. */
export function useAudit(wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: ["audit", wanted],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/audit", {
          params: {
            query: {
              ...asQuery(wanted),
              newest: true,
              limit: PAGE,
              ...(pageParam ? { before: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.seq),
  });
}
