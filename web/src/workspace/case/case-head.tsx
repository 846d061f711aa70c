import type { Case } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { languageKey, useDates } from "../format";
import { StateBadge } from "../parts/state-badge";

const PURPOSES = ["recording", "ai_scoring", "facial_analysis"] as const;

export function CaseHead({ data }: { readonly data: Case }) {
  const { t } = useText();
  const { dateTime } = useDates();
  const { session, candidate, plan, consent } = data;
  const purposes = consent?.purposes;
  const facts: [string, string][] = [
    [t("case.held"), dateTime(session.started_at)],
    [t("case.duration"), formatClock(session.duration ?? 0)],
    [t("case.language"), t(languageKey(session.language))],
  ];
  if (purposes) {
    const given = PURPOSES.map(
      (name) => `${t(`case.purpose.${name}`)}: ${t(purposes[name] ? "case.yes" : "case.no")}`,
    );
    facts.push([t("case.consented"), given.join(" · ")]);
  }
  return (
    <div className="case-head">
      <div className="case-title">
        <h1 data-testid="case-candidate">{candidate.name}</h1>
        <StateBadge state={session.state} />
      </div>
      <p className="muted">
        {plan.title} · {candidate.email}
      </p>
      <dl className="case-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
