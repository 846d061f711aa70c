import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { AssignmentBody, LabelBody } from "../../api/types";
import { PAGE } from "../states";
import type { Filters } from "./filters";

const api = workspaceClient();
const OFTEN = 15_000;

/** The queue, page after page. Only one page on screen keeps itself fresh. */
export function useQueue(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ["queue", "pages", filters],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/review/queue", {
          params: { query: { ...filters, size: PAGE, cursor: pageParam } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? OFTEN : false),
  });
}

/** How much there is of each kind under the search, plan, language and label of the filters. */
export function useQueueCounts({ q, plan, language, label }: Filters) {
  const query = {
    ...(q && { q }),
    ...(plan && { plan }),
    ...(language && { language }),
    ...(label && { label }),
  };
  return useQuery({
    queryKey: ["queue", "counts", query],
    queryFn: () => unwrap(api.GET("/api/review/queue/counts", { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: OFTEN,
  });
}

export function useQueueChoices() {
  return useQuery({
    queryKey: ["queue", "choices"],
    queryFn: () => unwrap(api.GET("/api/review/queue/choices")),
    staleTime: 30_000,
  });
}

export function useAssign() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: AssignmentBody) => unwrap(api.POST("/api/review/assignments", { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["queue"] }),
  });
}

export function useLabel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: LabelBody) => unwrap(api.POST("/api/review/labels", { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["queue"] }),
  });
}
