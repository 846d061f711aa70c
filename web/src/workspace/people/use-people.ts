import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { ColleagueDraft, ColleaguePatch } from "../../api/types";

const api = workspaceClient();

export function usePeople() {
  return useQuery({ queryKey: ["people"], queryFn: () => unwrap(api.GET("/api/people")) });
}

export function useAddPerson() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ColleagueDraft) => unwrap(api.POST("/api/people", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
}

export function useChangePerson(account_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ColleaguePatch) =>
      unwrap(api.PATCH("/api/people/{account_id}", { params: { path: { account_id } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
}
