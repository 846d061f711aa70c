import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { CommentBody, DecisionBody, LetterBody, VerdictBody } from "../../api/types";
import type { Locale } from "../../i18n";

const api = workspaceClient();
const casePath = (session_id: string) => ({ params: { path: { session_id } } });

/** After anything that a person says of a case, everything shown of it is read again. */
function useRefresh(id: string) {
  const queries = useQueryClient();
  return async () => {
    await Promise.all(
      [
        ["case", id],
        ["case-audit", id],
        ["decisions", id],
        ["comments", id],
      ].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
    await queries.invalidateQueries({ queryKey: ["queue"] });
  };
}

export function useVerdict(session_id: string) {
  const refresh = useRefresh(session_id);
  return useMutation({
    mutationFn: ({ competency_id, ...body }: VerdictBody & { competency_id: string }) =>
      unwrap(
        api.POST("/api/review/cases/{session_id}/ratings/{competency_id}/verdict", {
          params: { path: { session_id, competency_id } },
          body,
        }),
      ),
    onSettled: refresh,
  });
}

export function useCorrection(session_id: string, utterance_id: string) {
  const refresh = useRefresh(session_id);
  return useMutation({
    mutationFn: (body: { text: string; replaces: string | null }) =>
      unwrap(
        api.POST("/api/review/cases/{session_id}/utterances/{utterance_id}/correction", {
          params: { path: { session_id, utterance_id } },
          body,
        }),
      ),
    onSettled: refresh,
  });
}

export function useComments(id: string) {
  return useQuery({
    queryKey: ["comments", id],
    queryFn: () => unwrap(api.GET("/api/review/cases/{session_id}/comments", casePath(id))),
    refetchInterval: 30_000,
  });
}

export function useAddComment(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (body: CommentBody) =>
      unwrap(api.POST("/api/review/cases/{session_id}/comments", { ...casePath(id), body })),
    onSettled: refresh,
  });
}

export function useCasePeople() {
  return useQuery({
    queryKey: ["case-people"],
    queryFn: () => unwrap(api.GET("/api/review/people")),
    staleTime: 60_000,
  });
}

export function useDecisions(id: string) {
  return useQuery({
    queryKey: ["decisions", id],
    queryFn: () => unwrap(api.GET("/api/review/cases/{session_id}/decisions", casePath(id))),
  });
}

export function useDecide(id: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (body: DecisionBody) =>
      unwrap(api.POST("/api/review/cases/{session_id}/decisions", { ...casePath(id), body })),
    onSettled: refresh,
  });
}

const letterPath = (session_id: string, decision_id: string) => ({
  path: { session_id, decision_id },
});

export function useLetterPreview(id: string, decision: string, locale: Locale | null) {
  return useQuery({
    queryKey: ["letter", id, decision, locale],
    queryFn: () =>
      unwrap(
        api.GET("/api/review/cases/{session_id}/decisions/{decision_id}/letter", {
          params: { ...letterPath(id, decision), query: locale ? { locale } : {} },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSendLetter(id: string, decision: string) {
  const refresh = useRefresh(id);
  return useMutation({
    mutationFn: (body: LetterBody) =>
      unwrap(
        api.POST("/api/review/cases/{session_id}/decisions/{decision_id}/letter", {
          params: letterPath(id, decision),
          body,
        }),
      ),
    onSettled: refresh,
  });
}

/** The open case after this one in the queue's own order; null where there is none. */
export async function nextCase(id: string): Promise<string | null> {
  const query = { open: true, size: 50 };
  const { items } = await unwrap(api.GET("/api/review/queue", { params: { query } }));
  const at = items.findIndex((item) => item.session_id === id);
  const next = items[at + 1] ?? items.find((item) => item.session_id !== id);
  return next && next.session_id !== id ? next.session_id : null;
}
