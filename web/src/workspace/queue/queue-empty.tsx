import { Button } from "@mantine/core";
import { useText } from "../../i18n";
import { Empty } from "../parts/empty";
import { FirstSteps } from "../tour/first-steps";
import { type Filters, narrowing, viewOf } from "./filters";

interface Props {
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
}

/** Says why there is nothing, and what to do about it. */
export function QueueEmpty({ filters, onFilters }: Props) {
  const { t } = useText();
  const view = viewOf(filters);
  if (narrowing(filters) === 0) {
    return (
      <Empty text={t("queue.emptyText")} title={t("queue.emptyTitle")}>
        <FirstSteps />
        <p className="hint">
          {t("queue.emptySample")} <code>candor seed</code>
        </p>
      </Empty>
    );
  }
  const { q, plan, state, language, label } = filters;
  const isPlain = ![q, plan, state, language, label].some(Boolean);
  const isView = isPlain && view !== null && view !== "all";
  return (
    <Empty
      text={isView ? t(`queueRest.${view}`) : t("queue.noMatchText")}
      title={isView ? t(`queueDoneTitle.${view}`) : t("queue.noMatch")}
    >
      <Button data-testid="queue-clear" onClick={() => onFilters({})} variant="default">
        {t("queue.clear")}
      </Button>
    </Empty>
  );
}
