import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { Comparison } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { LevelScale } from "../case/level-scale";
import { decimal } from "../format";
import { Loading } from "../parts/load-state";
import { PageHead } from "../parts/page-head";

const api = workspaceClient();
const MOST = 5;

/** Two to five candidates of one plan side by side, under one version of its rubric. */
export default function ComparePage() {
  const text = useText();
  const { t } = text;
  const [query, setQuery] = useSearchParams();
  const plan = query.get("plan") ?? "";
  const chosen = query.getAll("case");
  const queue = useQuery({
    queryKey: ["compare-candidates", plan],
    queryFn: () => unwrap(api.GET("/api/review/queue", { params: { query: { plan, size: 200 } } })),
    enabled: plan !== "",
  });
  const comparison = useQuery({
    queryKey: ["compare", chosen],
    queryFn: () => unwrap(api.GET("/api/review/compare", { params: { query: { case: chosen } } })),
    enabled: chosen.length > 1,
  });
  const choose = (ids: string[]) => {
    const next = new URLSearchParams({ plan });
    for (const id of ids) next.append("case", id);
    setQuery(next, { replace: true });
  };
  return (
    <>
      <PageHead lead={t("compare.lead")} title={t("compare.title")} />
      <MultiSelect
        className="compare-pick"
        data={(queue.data?.items ?? []).map((one) => ({
          value: one.session_id,
          label: one.candidate_name,
        }))}
        data-testid="compare-pick"
        description={t("compare.pickHint")}
        label={t("compare.pick")}
        maxValues={MOST}
        onChange={choose}
        searchable
        value={chosen}
      />
      {chosen.length < 2 && <p className="muted">{t("compare.few")}</p>}
      {comparison.isLoading && <Loading />}
      {comparison.error && (
        <Message isUrgent testId="compare-refused" tone="warn">
          {errorText(text, comparison.error)}
        </Message>
      )}
      {comparison.data && <Table data={comparison.data} />}
    </>
  );
}

function Table({ data }: { readonly data: Comparison }) {
  const { t } = useText();
  return (
    <>
      <p className="muted small">
        {t("compare.under", { plan: data.plan.title, version: data.rubric_version })}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section aria-label={t("compare.title")} className="card compare-scroll" tabIndex={0}>
        <table className="compare" data-testid="comparison">
          <thead>
            <tr>
              <td />
              {data.cases.map((one) => (
                <th key={one.session_id} scope="col">
                  <Link to={`/cases/${one.session_id}`}>{one.candidate_name}</Link>
                  <p className="muted small">
                    {one.decision ? t(`decision.${one.decision}`) : t("compare.undecided")}
                  </p>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t("review.whole")}</th>
              {data.cases.map(({ session_id, summary }) => (
                <td key={session_id}>
                  <strong>{decimal(summary.level)}</strong>{" "}
                  <span className="muted small">
                    {summary.level !== null &&
                      t("review.wholeOf", {
                        low: decimal(summary.low),
                        high: decimal(summary.high),
                        count: summary.counted,
                      })}
                  </span>
                  <p className="muted small">
                    {t("review.lookedAt", { done: summary.looked_at, total: summary.total })}
                  </p>
                </td>
              ))}
            </tr>
            {data.competencies.map(({ id, name }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                {data.cases.map((one) => (
                  <Cell
                    key={one.session_id}
                    rating={one.ratings.find((rating) => rating.competency_id === id)}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

type Compared = Comparison["cases"][number]["ratings"][number];

function Cell({ rating }: { readonly rating: Compared | undefined }) {
  const { t } = useText();
  if (!rating || rating.level === null) {
    return (
      <td>
        <span className="muted">{t("override.noLevel")}</span>
        {rating && <p className="muted small">{t(`review.state.${rating.state}`)}</p>}
      </td>
    );
  }
  const { level, low, high, state, evidence } = rating;
  return (
    <td>
      <strong>{t("rating.level", { level })}</strong>
      <LevelScale rating={{ level, low, high, score: null }} />
      <p className="muted small">
        {t(`review.state.${state}`)}
        {low !== null && high !== null && (
          <> · {t("rating.interval", { low: decimal(low), high: decimal(high) })}</>
        )}
      </p>
      {evidence.length > 0 && (
        <details className="why">
          <summary className="small">{t("compare.quotes", { count: evidence.length })}</summary>
          <ul className="details small">
            {evidence.map(({ utterance_id, quote, start }) => (
              <li key={`${utterance_id}-${start}`}>
                <span className="time">{formatClock(start)}</span> <q>{quote}</q>
              </li>
            ))}
          </ul>
        </details>
      )}
    </td>
  );
}
