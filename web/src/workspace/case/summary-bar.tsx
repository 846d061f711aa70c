import { Button, Kbd, Progress } from "@mantine/core";
import type { Case, Decision } from "../../api/types";
import { useText } from "../../i18n";
import { decimal, useDates } from "../format";

interface Props {
  readonly data: Case;
  readonly decision: Decision | null;
  readonly mayDecide: boolean;
  readonly onDecide: () => void;
}

/** How far the review has come, what it adds up to, and what was decided. */
export function SummaryBar({ data, decision, mayDecide, onDecide }: Props) {
  const { t } = useText();
  const { dateTime } = useDates();
  const { level, low, high, looked_at: done, total, counted } = data.summary;
  const isReady = total > 0 && done === total;
  return (
    <section aria-label={t("review.summary")} className="card summary" data-testid="summary">
      <div className="summary-whole">
        <span className="muted small">{t("review.whole")}</span>
        <strong data-testid="whole">{decimal(level)}</strong>
        <span className="muted small">
          {level === null
            ? t("review.nothingCounts")
            : t("review.wholeOf", { low: decimal(low), high: decimal(high), count: counted })}
        </span>
      </div>
      <div className="summary-done">
        <span className="small" data-testid="looked-at">
          {t("review.lookedAt", { done, total })}
        </span>
        <Progress
          aria-label={t("review.lookedAt", { done, total })}
          value={total === 0 ? 0 : (100 * done) / total}
        />
      </div>
      <div className="summary-end">
        {decision && (
          <p className="small" data-testid="decided">
            <strong>{t(`decision.${decision.outcome}`)}</strong>
            <br />
            <span className="muted">
              {t("rating.by", { name: decision.by, at: dateTime(decision.created_at) })}
            </span>
          </p>
        )}
        {mayDecide && (
          <Button
            data-testid="decide"
            onClick={onDecide}
            rightSection={<Kbd size="xs">D</Kbd>}
            variant={isReady && !decision ? "filled" : "default"}
          >
            {t(decision ? "decision.again" : "decision.decide")}
          </Button>
        )}
      </div>
    </section>
  );
}
