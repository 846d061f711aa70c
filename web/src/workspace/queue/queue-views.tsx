import type { QueueCounts } from "../../api/types";
import { useText } from "../../i18n";
import { type Filters, VIEWS, type View, viewOf, withView } from "./filters";

const URGENT: ReadonlySet<View> = new Set(["contested", "overdue"]);

interface Props {
  readonly filters: Filters;
  readonly counts: QueueCounts | undefined;
  readonly onChange: (filters: Filters) => void;
}

/** What most people come for, each with how much there is of it. */
export function QueueViews({ filters, counts, onChange }: Props) {
  const { t } = useText();
  const now = viewOf(filters);
  return (
    <nav aria-label={t("queue.views")} className="views" data-tour="views">
      {VIEWS.map((view) => (
        <button
          aria-current={view === now || undefined}
          className="view"
          data-testid={`view-${view}`}
          data-view={view}
          key={view}
          onClick={() => onChange(withView(filters, view))}
          type="button"
        >
          {t(`queueView.${view}`)}
          {counts && <Count count={countOf(counts, view)} isUrgent={URGENT.has(view)} />}
        </button>
      ))}
    </nav>
  );
}

function Count({ count, isUrgent }: { readonly count: number; readonly isUrgent: boolean }) {
  return (
    <span className="view-count" data-urgent={(isUrgent && count > 0) || undefined}>
      {count}
    </span>
  );
}

function countOf(counts: QueueCounts, view: View): number {
  const { states } = counts;
  const begun = ["connecting", "live", "draining", "closed", "failed"] as const;
  const found: Readonly<Record<View, number>> = {
    all: begun.reduce((sum, state) => sum + (states[state] ?? 0), 0),
    open: counts.open,
    contested: counts.contested,
    overdue: counts.overdue,
    unsure: counts.low_confidence,
    mine: counts.mine,
    free: counts.unassigned,
  };
  return found[view];
}
