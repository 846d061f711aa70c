import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import type { Freeze } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Dialog } from "../parts/dialog";
import { useMay } from "../queries";
import { useFreeze, useFreezes, useLift } from "./use-freezes";

interface Props {
  readonly sessionId: string;
  /** The question that stands now, so that this answer alone can be frozen. */
  readonly questionId?: string | null;
  /** On a case nothing is offered to freeze while nothing is frozen. */
  readonly isQuiet?: boolean;
}

/** Human review at once: keeps the model from rating a session or an answer, until lifted. */
export function FreezePanel({ sessionId, questionId = null, isQuiet = false }: Props) {
  const text = useText();
  const { t } = text;
  const canRate = useMay()("cases.rate");
  const freeze = useFreeze(sessionId);
  const own = (useFreezes().data ?? []).filter((one) => one.session_id === sessionId);
  const [lifting, setLifting] = useState<Freeze | null>(null);
  if (isQuiet && own.length === 0) return null;
  const isWhole = own.some((one) => one.question_id === null);
  const isAnswer = own.some((one) => one.question_id === questionId);
  return (
    <section aria-label={t("freeze.title")} className="freeze" data-testid="freeze-panel">
      {own.map((one) => (
        <p className="freeze-line" key={one.id}>
          <Icon name="lock" size={16} />
          <span>
            {t(one.question_id ? "freeze.answerFrozen" : "freeze.sessionFrozen", {
              name: one.frozen_by,
            })}
          </span>
          {canRate && (
            <Button
              data-testid="freeze-lift"
              onClick={() => setLifting(one)}
              size="compact-sm"
              variant="subtle"
            >
              {t("freeze.lift")}
            </Button>
          )}
        </p>
      ))}
      {canRate && !isWhole && (
        <div className="freeze-actions">
          <Button
            data-testid="freeze-session"
            leftSection={<Icon name="lock" size={16} />}
            loading={freeze.isPending}
            onClick={() => freeze.mutate(null)}
            size="xs"
            variant="default"
          >
            {t("freeze.session")}
          </Button>
          {questionId && !isAnswer && (
            <Button
              data-testid="freeze-answer"
              onClick={() => freeze.mutate(questionId)}
              size="xs"
              variant="default"
            >
              {t("freeze.answer")}
            </Button>
          )}
        </div>
      )}
      {freeze.error && <p className="danger small">{errorText(text, freeze.error)}</p>}
      {lifting && <LiftDialog freeze={lifting} onClose={() => setLifting(null)} />}
    </section>
  );
}

function LiftDialog({
  freeze,
  onClose,
}: {
  readonly freeze: Freeze;
  readonly onClose: () => void;
}) {
  const text = useText();
  const { t } = text;
  const lift = useLift(freeze.session_id);
  const [reason, setReason] = useState("");
  return (
    <Dialog isOpen onClose={onClose} title={t("freeze.lift")}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          lift.mutate({ freeze_id: freeze.id, reason }, { onSuccess: onClose });
        }}
      >
        <Textarea
          autosize
          data-autofocus
          data-testid="freeze-reason"
          description={t("freeze.reasonHint")}
          error={lift.error ? errorText(text, lift.error) : undefined}
          label={t("freeze.reason")}
          maxLength={2000}
          minRows={3}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          value={reason}
        />
        <Button
          data-testid="freeze-confirm"
          disabled={reason.trim().length < 5}
          loading={lift.isPending}
          type="submit"
        >
          {t("freeze.confirm")}
        </Button>
      </form>
    </Dialog>
  );
}
