import { useMutation, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { ResendBody } from "../../api/types";

const api = workspaceClient();

interface Again {
  readonly invitation_id: string;
  readonly body: ResendBody;
}

export function useResend() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ invitation_id, body }: Again) =>
      unwrap(
        api.POST("/api/invitations/{invitation_id}/resend", {
          params: { path: { invitation_id } },
          body,
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["invitations"] }),
  });
}
