import type { Case, Rating } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { useDates } from "../format";
import { EvidenceList } from "./evidence-list";
import { LevelScale } from "./level-scale";
import { newestOpinions, SecondOpinion } from "./second-opinion";
import { WhyLevel } from "./why-level";

interface Props {
  readonly history: readonly Rating[];
  readonly questions: Case["questions"];
  readonly onSeek: (time: number) => void;
}

/** What stands beside the rating in force: second opinions, then what was rated before. */
export function RatingHistory({ history, questions, onSeek }: Props) {
  const earlier = history.filter((one) => !one.detail.opinion);
  return (
    <>
      {newestOpinions(history).map((one) => (
        <SecondOpinion key={one.id} onSeek={onSeek} rating={one} />
      ))}
      <Before history={earlier} onSeek={onSeek} questions={questions} />
    </>
  );
}

/** What was rated before stays to be seen, the model's proposal above all. */
function Before({ history, questions, onSeek }: Props) {
  const { t } = useText();
  if (history.length === 0) return null;
  const newestFirst = history.toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    <details className="why" open>
      <summary data-testid="history">{t("rating.history", { count: history.length })}</summary>
      <ol className="history">
        {newestFirst.map((rating) => (
          <Earlier key={rating.id} onSeek={onSeek} questions={questions} rating={rating} />
        ))}
      </ol>
    </details>
  );
}

interface EarlierProps {
  readonly rating: Rating;
  readonly questions: Case["questions"];
  readonly onSeek: (time: number) => void;
}

function Earlier({ rating, questions, onSeek }: EarlierProps) {
  const text = useText();
  const { t } = text;
  const { dateTime } = useDates();
  const { level, rater, rater_name, abstained, reason, created_at } = rating;
  return (
    <li data-rater={rater} data-testid="history-rating">
      <p>
        <strong>{level === null ? t("rating.abstained") : t("rating.level", { level })}</strong>{" "}
        <span className="muted small">
          {t(`rating.${rater}`)} · {t("rating.by", { name: rater_name, at: dateTime(created_at) })}
        </span>
      </p>
      <LevelScale rating={rating} />
      {abstained && <p className="small">{wordText(text, "abstain", abstained)}</p>}
      {reason && <p className="small">{reason}</p>}
      <EvidenceList evidence={rating.evidence} hasLevel={false} onSeek={onSeek} />
      <WhyLevel questions={questions} rating={rating} />
    </li>
  );
}
