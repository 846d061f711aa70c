import type { Rating } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";

interface Props {
  readonly evidence: Rating["evidence"];
  readonly hasLevel: boolean;
  readonly onSeek: (time: number) => void;
}

export function EvidenceList({ evidence, hasLevel, onSeek }: Props) {
  const { t } = useText();
  if (evidence.length === 0) {
    return hasLevel ? <p className="muted small">{t("rating.noEvidence")}</p> : null;
  }
  return (
    <div>
      <h4>{t("rating.evidence")}</h4>
      <ul className="quotes">
        {evidence.map(({ utterance_id, quote, start }) => (
          <li key={`${utterance_id}-${start}`}>
            <button
              className="quote"
              title={t("rating.playQuote", { time: formatClock(start) })}
              data-testid="evidence"
              onClick={() => onSeek(start)}
              type="button"
            >
              <span className="time">{formatClock(start)}</span>
              <q>{quote}</q>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
