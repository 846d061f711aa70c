import { Button, Kbd } from "@mantine/core";
import { forwardRef } from "react";
import type { Case, Competency, Rating } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { decimal, useDates } from "../format";
import { EvidenceList } from "./evidence-list";
import { LevelScale } from "./level-scale";
import { RatingHistory } from "./rating-history";
import { WhyLevel } from "./why-level";

export type Say = "accept" | "change" | "aside";

interface Props {
  readonly competency: Competency;
  readonly data: Case;
  readonly isSelected: boolean;
  readonly mayRate: boolean;
  readonly onSay: (said: Say) => void;
  readonly onSeek: (time: number) => void;
  readonly onSelect: () => void;
}

/** One competency: what is proposed, why, what a person says of it. */
export const CompetencyCard = forwardRef<HTMLElement, Props>(function CompetencyCard(props, ref) {
  const { competency, data, isSelected, onSeek, onSelect } = props;
  const { t } = useText();
  const rating = data.ratings.find((one) => one.competency_id === competency.id) ?? null;
  const history = data.history.filter((old) => old.competency_id === competency.id);
  return (
    <article
      aria-current={isSelected || undefined}
      aria-labelledby={`rating-${competency.id}`}
      className="card rating"
      data-rater={rating?.rater}
      data-selected={isSelected || undefined}
      data-state={competency.state}
      data-testid={rating ? "rating" : "unrated"}
      onFocus={onSelect}
      ref={ref}
      tabIndex={-1}
    >
      <div className="card-line">
        <h3 id={`rating-${competency.id}`}>{competency.name}</h3>
        <StateMark competency={competency} />
      </div>
      {rating ? <Verdict rating={rating} /> : <p className="muted">{t("rating.unrated")}</p>}
      <Said competency={competency} rating={rating} />
      {rating && (
        <EvidenceList evidence={rating.evidence} hasLevel={rating.level !== null} onSeek={onSeek} />
      )}
      {rating && <WhyLevel questions={data.questions} rating={rating} />}
      <RatingHistory history={history} onSeek={onSeek} questions={data.questions} />
      {rating && <Version rating={rating} />}
      <Actions {...props} rating={rating} />
    </article>
  );
});

function StateMark({ competency }: { readonly competency: Competency }) {
  const { t } = useText();
  const { state } = competency;
  return (
    <span className="rater" data-rater={state === "open" ? "model" : "human"} data-testid="state">
      {state !== "open" && <Icon name={state === "set_aside" ? "person" : "check"} size={15} />}
      {t(`review.state.${state}`)}
    </span>
  );
}

/** The reason of whoever rated or set aside. */
function Said({ competency, rating }: { competency: Competency; rating: Rating | null }) {
  const { t } = useText();
  const { dateTime } = useDates();
  const { verdict } = competency;
  return (
    <>
      {rating?.reason && (
        <p className="reason">
          <span className="muted small">{t("rating.reason")}</span>
          {rating.reason}
        </p>
      )}
      {verdict && (
        <p className="reason" data-testid="verdict">
          <span className="muted small">
            {t(`review.said.${verdict.kind}`, { name: verdict.by, at: dateTime(verdict.at) })}
          </span>
          {verdict.reason}
        </p>
      )}
    </>
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
      {rating.detail.basis?.assumed && <p className="muted small">{t("rating.assumed")}</p>}
    </div>
  );
}

function Version({ rating }: { readonly rating: Rating }) {
  const { t } = useText();
  const { dateTime } = useDates();
  const { rater, rater_name: name, rater_version: version, rubric_version: rubric } = rating;
  const who =
    rater === "model"
      ? t("rating.version", { name, version, rubric })
      : t("review.byPerson", { name, rubric });
  return (
    <p className="muted small" data-testid="rater-version">
      {t("rating.by", { name: who, at: dateTime(rating.created_at) })}
    </p>
  );
}

function Actions({
  competency,
  mayRate,
  onSay,
  isSelected,
  rating,
}: Props & { rating: Rating | null }) {
  const { t } = useText();
  if (!mayRate) return null;
  const isProposal = rating?.rater !== "human";
  const hasLevel = rating !== null && rating.level !== null;
  const hint = (key: string) => (isSelected ? <Kbd size="xs">{key}</Kbd> : undefined);
  return (
    <div className="say">
      {isProposal && hasLevel && (
        <Button
          data-testid="accept"
          disabled={competency.state === "accepted"}
          onClick={() => onSay("accept")}
          rightSection={hint("A")}
        >
          {t("review.accept")}
        </Button>
      )}
      <Button
        data-testid="override"
        onClick={() => onSay("change")}
        rightSection={hint("C")}
        variant="default"
      >
        {t(hasLevel ? "review.change" : "rating.rate")}
      </Button>
      {isProposal && competency.state !== "set_aside" && (
        <Button
          color="gray"
          data-testid="aside"
          onClick={() => onSay("aside")}
          rightSection={hint("X")}
          variant="subtle"
        >
          {t("review.aside")}
        </Button>
      )}
    </div>
  );
}
