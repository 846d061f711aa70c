import type { Case } from "../../api/types";
import { useText } from "../../i18n";
import { usePlan } from "../queries";
import { OverrideButton } from "./override-button";
import { RatingCard } from "./rating-card";

interface Props {
  readonly data: Case;
  readonly onSeek: (time: number) => void;
}

/** Also what nobody has rated yet: without a model's proposal a person still can. */
export function RatingsPanel({ data, onSeek }: Props) {
  const { t } = useText();
  const plan = usePlan(data.plan.id);
  const isModelAllowed = data.consent?.purposes.ai_scoring ?? false;
  const rated = new Set(data.ratings.map((rating) => rating.competency_id));
  const unrated = plan.data?.competencies.filter(({ id }) => !rated.has(id)) ?? [];
  const ratings = data.ratings.toSorted((a, b) =>
    a.competency_name.localeCompare(b.competency_name),
  );
  return (
    <>
      {ratings.length > 0 && <p className="muted">{t("rating.lead")}</p>}
      {ratings.length === 0 && isModelAllowed && <p className="muted">{t("rating.none")}</p>}
      <div className="rating-grid">
        {ratings.map((rating) => (
          <RatingCard data={data} key={rating.competency_id} onSeek={onSeek} rating={rating} />
        ))}
        {unrated.map(({ id, name }) => (
          <article className="card rating" data-testid="unrated" key={id}>
            <h3>{name}</h3>
            <p className="muted">{t("rating.unrated")}</p>
            <OverrideButton competency={{ id, name, rating: null }} data={data} />
          </article>
        ))}
      </div>
    </>
  );
}
