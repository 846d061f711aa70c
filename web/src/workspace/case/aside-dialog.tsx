import { Button, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getHotkeyHandler } from "@mantine/hooks";
import type { Competency } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { SHORTEST_REASON } from "./override-dialog";
import { useVerdict } from "./use-work";

interface Props {
  readonly caseId: string;
  readonly competency: Competency;
  /** The newest verdict seen on it, whether or not it still counts. */
  readonly seen: string | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function AsideDialog({ caseId, competency, seen, onClose, onDone }: Props) {
  const text = useText();
  const { t } = text;
  const verdict = useVerdict(caseId);
  const form = useForm({
    initialValues: { reason: "" },
    validate: {
      reason: (value) =>
        value.trim().length < SHORTEST_REASON
          ? t("override.reasonMissing", { count: SHORTEST_REASON })
          : null,
    },
  });
  const save = form.onSubmit(({ reason }) =>
    verdict.mutate(
      {
        competency_id: competency.id,
        kind: "set_aside",
        rating_id: competency.rating_id,
        replaces: seen,
        reason: reason.trim(),
      },
      { onSuccess: onDone },
    ),
  );
  return (
    <Dialog isOpen onClose={onClose} title={t("review.asideTitle", { name: competency.name })}>
      <form className="stack" data-testid="aside-form" noValidate onSubmit={save}>
        <p className="muted">{t("review.asideLead")}</p>
        <Textarea
          autosize
          autoFocus
          data-autofocus
          data-testid="aside-reason"
          label={t("override.reason")}
          minRows={2}
          onKeyDown={getHotkeyHandler([["mod+Enter", () => save()]])}
          required
          {...form.getInputProps("reason")}
        />
        {verdict.error && (
          <Message isUrgent tone="danger">
            {errorText(text, verdict.error)}
          </Message>
        )}
        <div className="page-actions">
          <Button data-testid="aside-save" loading={verdict.isPending} type="submit">
            {t("review.aside")}
          </Button>
          <Button onClick={onClose} variant="default">
            {t("action.cancel")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
