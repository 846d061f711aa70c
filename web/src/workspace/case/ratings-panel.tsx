import type { Case } from "../../api/types";
import { useText } from "../../i18n";
import { RatingCard } from "./rating-card";

interface Props {
  readonly data: Case;
  readonly onSeek: (time: number) => void;
}

export function RatingsPanel({ data, onSeek }: Props) {
  const { t } = useText();
  const ratings = data.ratings.toSorted((a, b) =>
    a.competency_name.localeCompare(b.competency_name),
  );
  if (ratings.length === 0) return <p className="muted">{t("rating.none")}</p>;
  return (
    <>
      <p className="muted">{t("rating.lead")}</p>
      <div className="rating-grid">
        {ratings.map((rating) => (
          <RatingCard data={data} key={rating.competency_id} onSeek={onSeek} rating={rating} />
        ))}
      </div>
    </>
  );
}
