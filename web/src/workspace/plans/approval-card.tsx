import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";

const api = workspaceClient();

/** Whether the rubric may score yet, and the button for the second pair of eyes. */
export function ApprovalCard({ planId }: { readonly planId: string }) {
  const text = useText();
  const { t } = text;
  const { date } = useDates();
  const queries = useQueryClient();
  const queryKey = ["plans", planId, "approval"];
  const params = { params: { path: { plan_id: planId } } };
  const found = useQuery({
    queryKey,
    queryFn: () => unwrap(api.GET("/api/plans/{plan_id}/approval", params)),
  }).data;
  const approve = useMutation({
    mutationFn: () => unwrap(api.POST("/api/plans/{plan_id}/approval", params)),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  if (!found) return null;
  const { version, author, approved_at, approved_by, may_approve } = found;
  if (approved_at) {
    return (
      <p className="muted small" data-testid="approved">
        {approved_by
          ? t("approval.done", { version, name: approved_by, at: date(approved_at) })
          : t("approval.unasked", { version })}
      </p>
    );
  }
  return (
    <Message testId="approval" title={t("approval.title", { version })} tone="warn">
      <p>{t("approval.text", { name: author ?? "–" })}</p>
      {may_approve ? (
        <Button
          data-testid="approve"
          loading={approve.isPending}
          mt="sm"
          onClick={() => approve.mutate()}
          size="sm"
        >
          {t("approval.approve")}
        </Button>
      ) : (
        <p className="small">{t("approval.others")}</p>
      )}
      {approve.error && <p className="danger">{errorText(text, approve.error)}</p>}
    </Message>
  );
}
