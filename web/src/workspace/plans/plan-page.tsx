import { Link, useParams } from "react-router";
import type { Plan } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { languageKey } from "../format";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { usePlan } from "../queries";
import { ApprovalCard } from "./approval-card";
import { ReviewHours } from "./review-hours";

export default function PlanPage() {
  const { id = "" } = useParams();
  const { t } = useText();
  const plan = usePlan(id);
  return (
    <>
      <Link className="back" to="/plans">
        <Icon name="arrowLeft" />
        {t("plans.title")}
      </Link>
      <Loaded query={plan}>{(data) => <PlanView plan={data} />}</Loaded>
    </>
  );
}

function PlanView({ plan }: { readonly plan: Plan }) {
  const { t } = useText();
  const nameOf = new Map(plan.competencies.map(({ id, name }) => [id, name]));
  const lead = `${t(languageKey(plan.language))} · ${t(`jurisdiction.${plan.jurisdiction}`)}`;
  return (
    <>
      <PageHead lead={lead} title={plan.title} />
      <ApprovalCard planId={plan.id} />
      <h2 className="section">{t("plans.questions")}</h2>
      <ol className="cards single">
        {plan.questions.map((question) => (
          <li className="card" key={question.id}>
            <p className="strong">{question.text}</p>
            <p className="muted small">
              {question.think_seconds > 0 &&
                `${t("plans.think", { count: question.think_seconds })} · `}
              {t("plans.seconds", { count: question.seconds })} ·{" "}
              {question.retakes > 0 && `${t("plans.retakes", { count: question.retakes })} · `}
              {question.competency_ids.map((id) => nameOf.get(id)).join(" · ")}
            </p>
          </li>
        ))}
      </ol>
      <h2 className="section">{t("plans.competencies")}</h2>
      <ul className="cards">
        {plan.competencies.map((competency) => (
          <li className="card" key={competency.id}>
            <h3>{competency.name}</h3>
            <p className="muted">{competency.description}</p>
            <Anchors anchors={plan.rubric.anchors[competency.id] ?? {}} />
          </li>
        ))}
      </ul>
      <h2 className="section">{t("reviewHours.section")}</h2>
      <ReviewHours plan={plan} />
    </>
  );
}

function Anchors({ anchors }: { readonly anchors: Readonly<Record<string, string>> }) {
  return (
    <dl className="anchors">
      {Object.entries(anchors).map(([level, text]) => (
        <div key={level}>
          <dt>{level}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
