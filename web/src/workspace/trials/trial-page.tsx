import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { TrialReport } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { Loaded } from "../parts/load-state";
import { useMay } from "../queries";
import { BlandAltman } from "./bland-altman";
import { EndDialog } from "./end-dialog";
import { FiguresTable } from "./figures-table";
import { GatePanel } from "./gate-panel";
import { minutes, NONE } from "./numbers";
import { TrialState } from "./trials-page";
import { type Ending, useReport } from "./use-trials";

export default function TrialPage() {
  const { id = "" } = useParams();
  const { t } = useText();
  const report = useReport(id);
  return (
    <>
      <Link className="back" to="/trials">
        <Icon name="arrowLeft" />
        {t("trials.back")}
      </Link>
      <Loaded query={report}>{(found) => <Report found={found} />}</Loaded>
    </>
  );
}

function Report({ found }: { readonly found: TrialReport }) {
  const { t } = useText();
  const { figures, trial } = found;
  return (
    <div className="stack report" data-testid="report">
      <ReportHead found={found} />
      <GatePanel found={found} />
      {figures ? (
        <>
          <FiguresTable figures={figures} people={found.people} />
          <BlandAltman figures={figures} />
        </>
      ) : (
        <Message testId="not-enough" title={t("report.notEnough")} tone="info">
          {t("report.notEnoughText", { interviews: found.interviews })}
        </Message>
      )}
      <Facts found={found} />
      {trial.end_reason && (
        <section className="card">
          <h2>{t(`trialState.${trial.state}`)}</h2>
          <p className="reason">{trial.end_reason}</p>
        </section>
      )}
    </div>
  );
}

function ReportHead({ found }: { readonly found: TrialReport }) {
  const { t } = useText();
  const { date } = useDates();
  const mayEnd = useMay()("trials.write");
  const [ending, setEnding] = useState<Ending | null>(null);
  const { trial } = found;
  return (
    <header className="page-head">
      <div>
        <div className="case-title">
          <h1>{trial.name}</h1>
          <TrialState state={trial.state} />
        </div>
        <p className="muted">
          {t(`trialBasis.${trial.basis}`)} · {t("trials.shareOf", { share: trial.share * 100 })} ·{" "}
          {t("trials.since", { date: date(trial.created_at) })}
        </p>
      </div>
      {mayEnd && trial.state === "running" && (
        <div className="page-actions">
          <Button data-testid="trial-stop" onClick={() => setEnding("stop")} variant="default">
            {t("trials.stop")}
          </Button>
          <Button
            data-testid="trial-pass"
            disabled={!found.gate.passes}
            onClick={() => setEnding("pass")}
          >
            {t("trials.pass")}
          </Button>
        </div>
      )}
      {ending && <EndDialog ending={ending} id={trial.id} onClose={() => setEnding(null)} />}
    </header>
  );
}

function Facts({ found }: { readonly found: TrialReport }) {
  const { t } = useText();
  const { trial, time } = found;
  const median = time ? minutes(time.median) : null;
  const total = time ? minutes(time.total) : null;
  const rows: [string, string][] = [
    [t("report.sessions"), String(trial.sessions)],
    [t("report.rated"), String(trial.rated)],
    [t("report.pairs"), String(found.pairs)],
    [t("report.raters"), String(found.raters)],
    [t("report.declined"), String(found.declined)],
    [t("report.version"), [found.model_version || NONE, ...found.other_versions].join(", ")],
    [
      t("report.time"),
      time && median && total
        ? t("report.timeText", {
            median: `${median.value} ${t(`timeUnit.${median.unit}`)}`,
            total: `${total.value} ${t(`timeUnit.${total.unit}`)}`,
            n: time.n,
          })
        : NONE,
    ],
  ];
  return (
    <section className="card">
      <h2>{t("report.facts")}</h2>
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {found.other_versions.length > 0 && <p className="muted small">{t("report.versionsHint")}</p>}
    </section>
  );
}
