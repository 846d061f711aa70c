import { Tooltip } from "@mantine/core";
import type { QueueItem } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";

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
