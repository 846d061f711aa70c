import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";

const api = workspaceClient();
const KEY = ["calibration"];

export function useCalibration() {
  return useQuery({ queryKey: KEY, queryFn: () => unwrap(api.GET("/api/calibration")) });
}

export function useAddSamples() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { plan_id: string; count: number }) =>
      unwrap(api.POST("/api/calibration/samples", { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useFit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (competency_id: string) =>
      unwrap(api.POST("/api/calibration/models", { body: { competency_id } })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export type Step = "propose" | "publish" | "drop";

export function useStep(model_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ step, reason }: { step: Step; reason: string }) => {
      const path = { params: { path: { model_id } } };
      if (step === "propose") {
        return unwrap(api.POST("/api/calibration/models/{model_id}/propose", path));
      }
      const request = { ...path, body: { reason } };
      return unwrap(
        step === "publish"
          ? api.POST("/api/calibration/models/{model_id}/publish", request)
          : api.POST("/api/calibration/models/{model_id}/drop", request),
      );
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
