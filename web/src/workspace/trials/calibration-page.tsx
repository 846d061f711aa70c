import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Calibrated } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useMay } from "../queries";
import { ModelCard } from "./model-card";
import { useAddSamples, useCalibration, useFit } from "./use-calibration";

const SAMPLES = 20;
const ENOUGH = 30;

/** From people's locked ratings to curves that a second person publishes. */
export default function CalibrationPage() {
  const { t } = useText();
  const found = useCalibration();
  return (
    <>
      <Link className="back" to="/trials">
        <Icon name="arrowLeft" />
        {t("trials.back")}
      </Link>
      <PageHead lead={t("calibration.lead")} title={t("calibration.title")} />
      <Loaded query={found}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty text={t("calibration.emptyText")} title={t("calibration.emptyTitle")} />
          ) : (
            plans(rows).map(([id, own]) => <PlanSection key={id} planId={id} rows={own} />)
          )
        }
      </Loaded>
    </>
  );
}

function plans(rows: readonly Calibrated[]): [string, Calibrated[]][] {
  const found = new Map<string, Calibrated[]>();
  for (const row of rows) found.set(row.plan_id, [...(found.get(row.plan_id) ?? []), row]);
  return [...found];
}

interface SectionProps {
  readonly planId: string;
  readonly rows: readonly Calibrated[];
}

function PlanSection({ planId, rows }: SectionProps) {
  const text = useText();
  const { t } = text;
  const add = useAddSamples();
  const mayChange = useMay()("trials.write");
  return (
    <section className="sheet-group" data-testid="calibration-plan">
      <div className="card-line">
        <div>
          <h2>{rows[0]?.plan_title}</h2>
          <p className="muted small">
            {t("calibration.samples", { count: rows[0]?.samples ?? 0 })}
          </p>
        </div>
        {mayChange && (
          <Button
            data-testid="samples-add"
            loading={add.isPending}
            onClick={() => add.mutate({ plan_id: planId, count: SAMPLES })}
            size="xs"
            variant="default"
          >
            {t("calibration.addSamples", { count: SAMPLES })}
          </Button>
        )}
      </div>
      {add.error && (
        <Message isUrgent tone="danger">
          {errorText(text, add.error)}
        </Message>
      )}
      {add.data && (
        <p className="small" role="status">
          {t("calibration.added", { count: add.data.added })}
        </p>
      )}
      <div className="stack calibrated">
        {rows.map((row) => (
          <Competency key={row.competency_id} row={row} />
        ))}
      </div>
    </section>
  );
}

function Competency({ row }: { readonly row: Calibrated }) {
  const text = useText();
  const { t } = text;
  const fit = useFit();
  const mayChange = useMay()("trials.write");
  const isEnough = row.interviews >= ENOUGH;
  return (
    <article className="card stack" data-testid="calibrated">
      <div className="card-line">
        <div>
          <h3>{row.competency_name}</h3>
          <p className="muted small">
            {t(isEnough ? "calibration.labels" : "calibration.tooFew", { count: row.interviews })}
          </p>
        </div>
        {mayChange && (
          <Button
            data-testid="fit"
            disabled={!isEnough}
            loading={fit.isPending}
            onClick={() => fit.mutate(row.competency_id)}
            size="xs"
          >
            {t("calibration.fit")}
          </Button>
        )}
      </div>
      {fit.error && (
        <Message isUrgent tone="danger">
          {errorText(text, fit.error)}
        </Message>
      )}
      {row.models.map((model) => (
        <ModelCard key={model.id} model={model} />
      ))}
    </article>
  );
}
