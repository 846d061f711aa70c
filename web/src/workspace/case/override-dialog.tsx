import { Button, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { getHotkeyHandler, useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";
import { ApiProblem } from "../../api/problem";
import type { Case, Rating } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Dialog } from "../parts/dialog";
import { useOverride } from "../queries";
import { LevelPicker } from "./level-picker";
import { type Chosen, type Span, SpanPicker } from "./span-picker";

export interface Rated {
  readonly id: string;
  readonly name: string;
  /** The rating in force; null where there is none to replace. */
  readonly rating: Rating | null;
}

interface Props {
  readonly competency: Rated;
  readonly data: Case;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** As the server has it. */
export const SHORTEST_REASON = 5;

interface Values {
  level: string;
  reason: string;
  evidence: Chosen;
}

/** Whole lines and parts of lines go apart. */
function sent(chosen: Chosen): { evidence: string[]; spans: Span[] } {
  const spans = Object.values(chosen).filter((span) => span !== null);
  const evidence = Object.keys(chosen).filter((id) => chosen[id] === null);
  return { evidence, spans };
}

export function OverrideDialog({ competency, data, onClose, onDone }: Props) {
  const text = useText();
  const { t } = text;
  const override = useOverride(data.session.id, competency.id);
  const form = useForm<Values>({
    initialValues: { level: "", reason: "", evidence: {} },
    validate: {
      level: (value) => (value === "" ? t("override.levelMissing") : null),
      reason: (value) =>
        value.trim().length < SHORTEST_REASON
          ? t("override.reasonMissing", { count: SHORTEST_REASON })
          : null,
    },
  });
  const reason = useRef<HTMLTextAreaElement>(null);
  // A digit outside a text field sets the level; Mantine leaves text fields alone by itself.
  useHotkeys(
    ["1", "2", "3", "4", "5"].map((level) => [
      level,
      () => {
        form.setFieldValue("level", level);
        reason.current?.focus();
      },
    ]),
  );
  const isStale = override.error instanceof ApiProblem && override.error.code === "rating_stale";
  // After a stale answer the case is loaded again, and brings the rating that is then current.
  const save = form.onSubmit(({ level, reason, evidence }) =>
    override.mutate(
      {
        level: Number(level),
        reason: reason.trim(),
        ...sent(evidence),
        replaces: competency.rating?.id ?? null,
      },
      {
        onSuccess: () => {
          notifications.show({ message: t("override.saved"), withCloseButton: false });
          onDone();
        },
      },
    ),
  );

  return (
    <Dialog
      onClose={onClose}
      isOpen
      size="lg"
      title={t("override.title", { name: competency.name })}
    >
      <form className="stack" data-testid="override-form" noValidate onSubmit={save}>
        <p className="muted">{t("override.lead")}</p>
        <LevelPicker
          competencyId={competency.id}
          planId={data.plan.id}
          {...form.getInputProps("level")}
        />
        <Textarea
          autosize
          data-testid="override-reason"
          description={t("override.reasonHint")}
          label={t("override.reason")}
          minRows={3}
          ref={reason}
          onKeyDown={getHotkeyHandler([["mod+Enter", () => save()]])}
          required
          {...form.getInputProps("reason")}
        />
        <SpanPicker
          onChange={(chosen) => form.setFieldValue("evidence", chosen)}
          utterances={data.utterances}
          value={form.values.evidence}
        />
        {isStale && competency.rating && <Stale rating={competency.rating} />}
        {override.error && !isStale && (
          <Message tone="danger" isUrgent>
            {errorText(text, override.error)}
          </Message>
        )}
        <div className="page-actions">
          <Button data-testid="override-save" loading={override.isPending} type="submit">
            {t("override.save")}
          </Button>
          <Button onClick={onClose} variant="default">
            {t("action.cancel")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Stale({ rating }: { readonly rating: Rating }) {
  const { t } = useText();
  const { level, rater_name: name, reason } = rating;
  const note = useRef<HTMLDivElement>(null);
  useEffect(() => {
    note.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const shown = level === null ? t("override.noLevel") : t("rating.level", { level });
  return (
    <div ref={note}>
      <Message isUrgent testId="override-stale" title={t("override.staleTitle")} tone="warn">
        {t("override.staleText", { level: shown, name, reason: reason ? `“${reason}”` : "" })}
      </Message>
    </div>
  );
}
