import { Tooltip } from "@mantine/core";
import type { QueueItem } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { useDates } from "../format";
import { distanceText } from "./due";

export function Needs({ needs }: { readonly needs: QueueItem["needs"] }) {
  const text = useText();
  if (needs.length === 0) return <span className="muted">–</span>;
  return (
    <ul className="chips">
      {needs.map((need) => (
        <li className="chip" data-need={need} key={need}>
          {wordText(text, "need", need)}
        </li>
      ))}
    </ul>
  );
}

/** One small figure per competency; filled where a person has spoken. */
export function Ratings({ ratings }: { readonly ratings: QueueItem["current_ratings"] }) {
  const { t } = useText();
  if (ratings.length === 0) return <span className="muted">–</span>;
  return (
    <ul className="levels">
      {ratings.map(({ competency_id, name, level, rater }) => {
        const value = level === null ? t("queue.notRated") : String(level);
        const by = rater === "human" ? t("queue.byHuman") : t("queue.byModel");
        return (
          <li key={competency_id}>
            <Tooltip label={`${name}: ${value}, ${by}`}>
              <span className="level-chip" data-rater={rater}>
                <span aria-hidden="true">{level ?? "–"}</span>
                {rater === "human" && <Icon name="person" size={13} />}
                <span className="visually-hidden">{`${name}: ${value}, ${by}`}</span>
              </span>
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}

/** How long there still is, or that it is done; the exact time in the tip. */
export function Due({ item }: { readonly item: QueueItem }) {
  const { t, language } = useText();
  const { dateTime } = useDates();
  const { due_at, is_open, needs } = item;
  if (!due_at) return <span className="muted">–</span>;
  if (!is_open) return <span className="muted nowrap">{t("queue.reviewed")}</span>;
  const isLate = needs.includes("overdue");
  return (
    <Tooltip label={t("queue.dueAt", { time: dateTime(due_at) })}>
      <span className="due nowrap" data-late={isLate || undefined}>
        <Icon name="clock" size={15} />
        {distanceText(language, due_at, Date.now())}
      </span>
    </Tooltip>
  );
}

export function Labels({ labels }: { readonly labels: readonly string[] }) {
  const { t } = useText();
  if (labels.length === 0) return null;
  return (
    <ul aria-label={t("queueFilter.label")} className="labels">
      {labels.map((label) => (
        <li key={label}>{label}</li>
      ))}
    </ul>
  );
}
