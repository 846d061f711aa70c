import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Plan } from "../../api/types";
import { useText } from "../../i18n";
import { languageKey, useDates } from "../format";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useMay, usePlans } from "../queries";

export default function PlansPage() {
  const { t } = useText();
  const plans = usePlans();
  const add = useMay()("plans.write") && (
    <Button component={Link} data-testid="plan-new" to="/plans/new">
      {t("plans.new")}
    </Button>
  );
  return (
    <>
      <PageHead lead={t("plans.lead")} title={t("plans.title")}>
        {add}
      </PageHead>
      <Loaded query={plans}>
        {(list) =>
          list.length === 0 ? (
            <Empty text={t("plans.emptyText")} title={t("plans.emptyTitle")}>
              {add}
            </Empty>
          ) : (
            <ul className="cards">
              {list.map((plan) => (
                <PlanCard key={plan.id} plan={plan} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function PlanCard({ plan }: { readonly plan: Plan }) {
  const { t } = useText();
  const { date } = useDates();
  const facts = [
    t(languageKey(plan.language)),
    t(`jurisdiction.${plan.jurisdiction}`),
    t("plans.version", { version: plan.rubric.version }),
  ];
  return (
    <li className="card row-link" data-testid="plan">
      <h2>
        <Link className="row-target" to={`/plans/${plan.id}`}>
          {plan.title}
        </Link>
      </h2>
      <p className="muted small">{facts.join(" · ")}</p>
      <p>
        {t("plans.questions")}: {plan.questions.length}
        <br />
        {t("plans.competencies")}: {plan.competencies.map(({ name }) => name).join(" · ")}
      </p>
      <p className="muted small">{t("plans.created", { at: date(plan.created_at) })}</p>
    </li>
  );
}
