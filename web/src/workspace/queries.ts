import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../api/client";
import { unwrap } from "../api/problem";
import type { InvitationDraft, OverrideBody, Permission, PlanDraft } from "../api/types";
import type { Locale } from "../i18n";

const api = workspaceClient();

export function useMe() {
  return useQuery({
    queryKey: ["me"],
    queryFn: () => unwrap(api.GET("/api/me")),
    staleTime: 60_000,
  });
}

/** What the role of whoever is logged in allows; pages hide the rest, the API decides. */
export function useMay() {
  const granted = useMe().data?.permissions;
  return (needed: Permission) => granted?.includes(needed) ?? false;
}

export function useLogin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) =>
      unwrap(api.POST("/api/login", { body })),
    onSuccess: (me) => queries.setQueryData(["me"], me),
  });
}

/** Nothing of one person may remain on the screen of the next. */
export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/logout")),
    onSettled: () => queries.clear(),
  });
}

export function useSetLocale() {
  return useMutation({
    mutationFn: (locale: Locale) => unwrap(api.PATCH("/api/me", { body: { locale } })),
  });
}

export function useStatus() {
  return useQuery({
    queryKey: ["status"],
    queryFn: () => unwrap(api.GET("/api/status")),
    refetchInterval: 30_000,
  });
}

const casePath = (session_id: string) => ({ params: { path: { session_id } } });

export function useCase(id: string) {
  return useQuery({
    queryKey: ["case", id],
    queryFn: () => unwrap(api.GET("/api/review/cases/{session_id}", casePath(id))),
  });
}

export function useCaseAudit(id: string) {
  return useQuery({
    queryKey: ["case-audit", id],
    queryFn: () => unwrap(api.GET("/api/review/cases/{session_id}/audit", casePath(id))),
  });
}

export function useOverride(session_id: string, competency_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: OverrideBody) =>
      unwrap(
        api.POST("/api/review/cases/{session_id}/ratings/{competency_id}/override", {
          params: { path: { session_id, competency_id } },
          body,
        }),
      ),
    // Also after a refusal: a stale rating means that somebody else was faster.
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["case", session_id] });
      await queries.invalidateQueries({ queryKey: ["case-audit", session_id] });
      await queries.invalidateQueries({ queryKey: ["queue"] });
    },
  });
}

export function usePlans() {
  return useQuery({ queryKey: ["plans"], queryFn: () => unwrap(api.GET("/api/plans")) });
}

export function usePlan(plan_id: string) {
  return useQuery({
    queryKey: ["plans", plan_id],
    queryFn: () => unwrap(api.GET("/api/plans/{plan_id}", { params: { path: { plan_id } } })),
  });
}

export function useCreatePlan() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PlanDraft) => unwrap(api.POST("/api/plans", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["plans"] }),
  });
}

export function useInvitations() {
  return useQuery({
    queryKey: ["invitations"],
    queryFn: () => unwrap(api.GET("/api/invitations")),
  });
}

export function useInvite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: InvitationDraft) => unwrap(api.POST("/api/invitations", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
}

export function useRevoke() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (invitation_id: string) =>
      unwrap(
        api.POST("/api/invitations/{invitation_id}/revoke", {
          params: { path: { invitation_id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
}

export function useLive() {
  return useQuery({
    queryKey: ["live"],
    queryFn: () => unwrap(api.GET("/api/live")),
    refetchInterval: 3_000,
  });
}

export function useVerifyAudit() {
  return useMutation({ mutationFn: () => unwrap(api.GET("/api/audit/verify")) });
}
