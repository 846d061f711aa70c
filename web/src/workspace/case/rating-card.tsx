import type { Case, Rating } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { decimal, useDates } from "../format";
import { EvidenceList } from "./evidence-list";
import { LevelScale } from "./level-scale";
import { OverrideButton } from "./override-button";
import { RatingHistory } from "./rating-history";
import { newestOpinions, SecondOpinion } from "./second-opinion";
import { WhyLevel } from "./why-level";

interface Props {
  readonly rating: Rating;
  readonly data: Case;
  readonly onSeek: (time: number) => void;
}

export function RatingCard({ rating, data, onSeek }: Props) {
  const { t } = useText();
  const history = data.history.filter((old) => old.competency_id === rating.competency_id);
  return (
    <article
      aria-labelledby={`rating-${rating.competency_id}`}
      className="card rating"
      data-rater={rating.rater}
      data-testid="rating"
    >
      <div className="card-line">
        <h3 id={`rating-${rating.competency_id}`}>{rating.competency_name}</h3>
        <Rater rating={rating} />
      </div>
      <Verdict rating={rating} />
      {rating.reason && (
        <p className="reason">
          <span className="muted small">{t("rating.reason")}</span>
          {rating.reason}
        </p>
      )}
      <EvidenceList evidence={rating.evidence} hasLevel={rating.level !== null} onSeek={onSeek} />
      <WhyLevel questions={data.questions} rating={rating} />
      {newestOpinions(history).map((one) => (
        <SecondOpinion key={one.id} onSeek={onSeek} rating={one} />
      ))}
      <RatingHistory
        history={history.filter((one) => !one.detail.opinion)}
        onSeek={onSeek}
        questions={data.questions}
      />
      <Version rating={rating} />
      <OverrideButton
        competency={{ id: rating.competency_id, name: rating.competency_name, rating }}
        data={data}
      />
    </article>
  );
}

function Rater({ rating }: { readonly rating: Rating }) {
  const { t } = useText();
  return (
    <span className="rater" data-rater={rating.rater}>
      {rating.rater === "human" && <Icon name="person" size={15} />}
      {t(`rating.${rating.rater}`)}
    </span>
  );
}

function Verdict({ rating }: { readonly rating: Rating }) {
  const text = useText();
  const { t } = text;
  const { level, low, high, score, abstained } = rating;
  if (level === null) {
    return (
      <div className="abstained" data-testid="abstained">
        <strong>{t("rating.abstained")}</strong>
        {abstained && <p>{wordText(text, "abstain", abstained)}</p>}
      </div>
    );
  }
  return (
    <div>
      <p className="level-line">
        <strong data-testid="level">{t("rating.level", { level })}</strong>
        {score !== null && (
          <span className="muted small">
            {t("rating.score", { score: decimal(score) })}
            {low !== null && high !== null && (
              <> · {t("rating.interval", { low: decimal(low), high: decimal(high) })}</>
            )}
          </span>
        )}
      </p>
      <LevelScale rating={rating} />
    </div>
  );
}

function Version({ rating }: { readonly rating: Rating }) {
  const { t } = useText();
  const { dateTime } = useDates();
  const { rater_name: name, rater_version: version } = rating;
  const who = t("rating.versionShort", { name, version }).trim();
  return (
    <p className="muted small" data-testid="rater-version">
      {t("rating.by", { name: who, at: dateTime(rating.created_at) })}
    </p>
  );
}
