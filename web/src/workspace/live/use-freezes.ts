import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";

const api = workspaceClient();
const KEY = ["freezes"];

/** Every freeze in force; the live room looks often, as others may freeze, too. */
export function useFreezes() {
  return useQuery({
    queryKey: KEY,
    queryFn: () => unwrap(api.GET("/api/review/freezes")),
    refetchInterval: 3_000,
  });
}

export function useFreeze(session_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (question_id: string | null) =>
      unwrap(
        api.POST("/api/review/cases/{session_id}/freezes", {
          params: { path: { session_id } },
          body: { question_id },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useLift(session_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ freeze_id, reason }: { freeze_id: string; reason: string }) =>
      unwrap(
        api.POST("/api/review/cases/{session_id}/freezes/{freeze_id}/lift", {
          params: { path: { session_id, freeze_id } },
          body: { reason },
        }),
      ),
    onSettled: () => queries.invalidateQueries(),
  });
}
