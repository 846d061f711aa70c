import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";

const api = workspaceClient();
const KEY = ["rights"];

export function useRequests() {
  return useQuery({
    queryKey: [...KEY, "requests"],
    queryFn: () => unwrap(api.GET("/api/rights/requests")),
  });
}

export function useContests(mayRead: boolean) {
  return useQuery({
    queryKey: [...KEY, "contests"],
    queryFn: () => unwrap(api.GET("/api/rights/contests")),
    enabled: mayRead,
  });
}

/** One deed on one request or objection; the lists are read again whatever comes of it. */
export function useDeed() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deed: Deed) => act(deed),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export type Deed =
  | { readonly name: "answer"; readonly id: string; readonly words: string }
  | { readonly name: "settle"; readonly id: string; readonly words: string }
  | { readonly name: "decline"; readonly id: string; readonly words: string }
  | { readonly name: "erase"; readonly id: string };

async function act(deed: Deed): Promise<void> {
  if (deed.name === "answer") {
    const params = { path: { contest_id: deed.id } };
    const body = { text: deed.words };
    await unwrap(api.POST("/api/rights/contests/{contest_id}/answer", { params, body }));
  } else if (deed.name === "erase") {
    const params = { path: { session_id: deed.id } };
    await unwrap(api.POST("/api/rights/sessions/{session_id}/erase", { params }));
  } else {
    const params = { path: { request_id: deed.id } };
    const body = { note: deed.words };
    const url = `/api/rights/requests/{request_id}/${deed.name}` as const;
    await unwrap(api.POST(url, { params, body }));
  }
}
