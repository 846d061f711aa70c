import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { SheetDraft, SheetPurpose, TrialDraft } from "../../api/types";

const api = workspaceClient();

export function useTrials() {
  return useQuery({ queryKey: ["trials"], queryFn: () => unwrap(api.GET("/api/trials")) });
}

export function useGroups() {
  return useQuery({
    queryKey: ["trials", "groups"],
    queryFn: () => unwrap(api.GET("/api/trials/groups")),
  });
}

const trialPath = (trial_id: string) => ({ params: { path: { trial_id } } });

export function useReport(id: string) {
  return useQuery({
    queryKey: ["trials", id],
    queryFn: () => unwrap(api.GET("/api/trials/{trial_id}", trialPath(id))),
  });
}

export function useStartTrial() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TrialDraft) => unwrap(api.POST("/api/trials", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["trials"] }),
  });
}

export type Ending = "stop" | "pass";

export function useEndTrial(id: string, ending: Ending) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) => {
      const request = { ...trialPath(id), body: { reason } };
      return unwrap(
        ending === "pass"
          ? api.POST("/api/trials/{trial_id}/pass", request)
          : api.POST("/api/trials/{trial_id}/stop", request),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["trials"] }),
  });
}

export function useTasks() {
  return useQuery({ queryKey: ["sheets"], queryFn: () => unwrap(api.GET("/api/sheets")) });
}

const sheetPath = (session_id: string) => ({ params: { path: { session_id } } });

export function useSheet(id: string) {
  return useQuery({
    queryKey: ["sheets", id],
    queryFn: () => unwrap(api.GET("/api/sheets/{session_id}", sheetPath(id))),
  });
}

/** From here on others' ratings of the interview are withheld, so what is on screen goes. */
export function useOpenSheet() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { session_id: string; purpose: SheetPurpose }) =>
      unwrap(api.POST("/api/sheets", { body })),
    onSuccess: async (sheet) => {
      queries.setQueryData(["sheets", sheet.session_id], sheet);
      queries.removeQueries({ queryKey: ["case", sheet.session_id] });
      await queries.invalidateQueries({ queryKey: ["sheets"], exact: true });
    },
  });
}

export function useLockSheet(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: SheetDraft) =>
      unwrap(api.POST("/api/sheets/{session_id}/lock", { ...sheetPath(id), body })),
    onSuccess: async (sheet) => {
      queries.setQueryData(["sheets", id], sheet);
      for (const key of [["sheets"], ["case", id], ["queue"], ["trials"]]) {
        await queries.invalidateQueries({ queryKey: key });
      }
    },
  });
}

export function useAdoption(months: number) {
  return useQuery({
    queryKey: ["adoption", months],
    queryFn: () => unwrap(api.GET("/api/adoption", { params: { query: { months } } })),
  });
}
