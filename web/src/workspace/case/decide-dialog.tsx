import { Button, Radio, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getHotkeyHandler } from "@mantine/hooks";
import type { Case, Decision } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { SHORTEST_REASON } from "./override-dialog";
import { useDecide } from "./use-work";

const OUTCOMES = ["advance", "hold", "decline"] as const;
type Outcome = (typeof OUTCOMES)[number];

interface Props {
  readonly data: Case;
  readonly decision: Decision | null;
  readonly onClose: () => void;
  readonly onDone: (decision: Decision | undefined) => void;
}

export function DecideDialog({ data, decision, onClose, onDone }: Props) {
  const text = useText();
  const { t } = text;
  const left = data.competencies.filter(({ state }) => state === "open");
  return (
    <Dialog isOpen onClose={onClose} size="lg" title={t("decision.title")}>
      {left.length > 0 ? (
        <div className="stack">
          <Message testId="not-looked-at" title={t("decision.notYet")} tone="warn">
            {t("decision.left", { names: left.map(({ name }) => name).join(" · ") })}
          </Message>
          <div className="page-actions">
            <Button data-autofocus onClick={onClose}>
              {t("decision.lookFirst")}
            </Button>
          </div>
        </div>
      ) : (
        <DecideForm data={data} decision={decision} onClose={onClose} onDone={onDone} />
      )}
    </Dialog>
  );
}

function DecideForm({ data, decision, onClose, onDone }: Props) {
  const text = useText();
  const { t } = text;
  const decide = useDecide(data.session.id);
  const form = useForm<{ outcome: Outcome | ""; reason: string }>({
    initialValues: { outcome: "", reason: "" },
    validate: {
      outcome: (value) => (value === "" ? t("decision.outcomeMissing") : null),
      reason: (value) =>
        value.trim().length < SHORTEST_REASON
          ? t("override.reasonMissing", { count: SHORTEST_REASON })
          : null,
    },
  });
  const save = form.onSubmit(({ outcome, reason }) => {
    if (outcome === "") return;
    decide.mutate(
      { outcome, reason: reason.trim(), replaces: decision?.id ?? null },
      { onSuccess: (made) => onDone(made[0]) },
    );
  });
  return (
    <form className="stack" data-testid="decide-form" noValidate onSubmit={save}>
      <p className="muted">{t("decision.lead")}</p>
      {decision && (
        <Message tone="info">
          {t("decision.replaces", {
            outcome: t(`decision.${decision.outcome}`),
            name: decision.by,
          })}
        </Message>
      )}
      <Radio.Group label={t("decision.outcome")} {...form.getInputProps("outcome")}>
        <div className="outcomes">
          {OUTCOMES.map((outcome) => (
            <Radio.Card
              className="level-option"
              data-testid={`outcome-${outcome}`}
              key={outcome}
              value={outcome}
            >
              <Radio.Indicator />
              <strong>{t(`decision.${outcome}`)}</strong>
              <span className="muted small">{t(`decision.${outcome}Hint`)}</span>
            </Radio.Card>
          ))}
        </div>
      </Radio.Group>
      <Textarea
        autosize
        data-testid="decision-reason"
        description={t("decision.reasonHint")}
        label={t("override.reason")}
        minRows={3}
        onKeyDown={getHotkeyHandler([["mod+Enter", () => save()]])}
        required
        {...form.getInputProps("reason")}
      />
      {decide.error && (
        <Message isUrgent tone="danger">
          {errorText(text, decide.error)}
        </Message>
      )}
      <div className="page-actions">
        <Button data-testid="decision-save" loading={decide.isPending} type="submit">
          {t("decision.save")}
        </Button>
        <Button onClick={onClose} variant="default">
          {t("action.cancel")}
        </Button>
      </div>
    </form>
  );
}
