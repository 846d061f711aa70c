import { Button } from "@mantine/core";
import type { Case, Decision } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { useDates } from "../format";

interface Props {
  readonly data: Case;
  readonly decisions: readonly Decision[];
  readonly mayDecide: boolean;
  readonly onLetter: (decisionId: string) => void;
}

/** What was decided, by whom and on what, the newest first; nothing ever goes from here. */
export function DecisionsPanel({ data, decisions, mayDecide, onLetter }: Props) {
  const { t } = useText();
  if (decisions.length === 0) return <p className="muted">{t("decision.none")}</p>;
  return (
    <ol className="said-list" data-testid="decisions">
      {decisions.map((decision) => (
        <li className="card" data-current={decision.is_current || undefined} key={decision.id}>
          <Head decision={decision} />
          <p className="reason">{decision.reason}</p>
          <Basis data={data} decision={decision} />
          <Letter decision={decision} mayDecide={mayDecide} onLetter={onLetter} />
        </li>
      ))}
    </ol>
  );
}

function Head({ decision }: { readonly decision: Decision }) {
  const { t } = useText();
  const { dateTime } = useDates();
  return (
    <div className="card-line">
      <h3>
        {t(`decision.${decision.outcome}`)}
        {!decision.is_current && <span className="muted small"> · {t("decision.replaced")}</span>}
      </h3>
      <span className="muted small">
        {t("rating.by", { name: decision.by, at: dateTime(decision.created_at) })}
      </span>
    </div>
  );
}

function Basis({ data, decision }: { readonly data: Case; readonly decision: Decision }) {
  const { t } = useText();
  const nameOf = (id: string) => data.competencies.find((one) => one.id === id)?.name ?? "–";
  return (
    <ul className="chips" aria-label={t("decision.basis")}>
      {decision.basis.map(({ competency_id, level, verdict }) => (
        <li className="chip" key={competency_id}>
          {nameOf(competency_id)} {level ?? "–"}
          <span className="muted"> · {t(`review.state.${verdict}`)}</span>
        </li>
      ))}
    </ul>
  );
}

function Letter({
  decision,
  mayDecide,
  onLetter,
}: Omit<Props, "data" | "decisions"> & { decision: Decision }) {
  const text = useText();
  const { t } = text;
  const { dateTime } = useDates();
  const { letter } = decision;
  if (letter) {
    return (
      <details className="why">
        <summary data-testid="letter-state">
          {t(`letter.state.${letter.state}`)}
          {letter.sent_at && ` · ${dateTime(letter.sent_at)}`}
          {letter.failure && ` · ${wordText(text, "letterFailure", letter.failure)}`}
        </summary>
        <p className="strong">{letter.subject}</p>
        <p className="letter-text">{letter.text}</p>
      </details>
    );
  }
  if (!decision.is_current || !mayDecide) return null;
  return (
    <div>
      <Button
        data-testid="letter-open"
        onClick={() => onLetter(decision.id)}
        size="xs"
        variant="default"
      >
        {t("letter.write")}
      </Button>
    </div>
  );
}
