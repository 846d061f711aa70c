import type { TrialReport } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { figure, place } from "./numbers";

const SCALE = { from: 0, to: 1 };

/** The one question of a trial: does the lower bound pass, and what is missing if not. */
export function GatePanel({ found }: { readonly found: TrialReport }) {
  const { t } = useText();
  const { gate, figures } = found;
  const own = gate.metric === "qwk" ? figures?.kappa : figures?.icc;
  const at = (value: number) => `${place(value, SCALE) * 100}%`;
  const metric = t(`trialMetric.${gate.metric}`);
  return (
    <section className="card gate" data-passes={gate.passes || undefined} data-testid="gate">
      <div className="card-line">
        <h2>{t(gate.passes ? "report.passes" : "report.holds")}</h2>
        <Icon name={gate.passes ? "check" : "lock"} />
      </div>
      <p>{sentence(found, t)}</p>
      <div
        aria-label={t("report.gateBar", {
          metric,
          low: figure(own?.low),
          high: figure(own?.high),
          gate: figure(gate.gate),
        })}
        className="gate-bar"
        role="img"
      >
        {own && own.low !== null && own.high !== null && (
          <span
            className="gate-band"
            style={{ left: at(own.low), width: `calc(${at(own.high)} - ${at(own.low)})` }}
          />
        )}
        {own && own.estimate !== null && (
          <span className="gate-dot" style={{ left: at(own.estimate) }} />
        )}
        <span className="gate-line" style={{ left: at(gate.gate) }} />
      </div>
      <div aria-hidden="true" className="gate-scale">
        <span>0</span>
        <span style={{ left: at(gate.gate) }}>
          {t("report.gateAt", { gate: figure(gate.gate) })}
        </span>
        <span>1</span>
      </div>
    </section>
  );
}

function sentence(found: TrialReport, t: ReturnType<typeof useText>["t"]): string {
  const { gate } = found;
  const metric = t(`trialMetric.${gate.metric}`);
  const values = {
    metric,
    low: figure(gate.low),
    gate: figure(gate.gate),
    needed: gate.needed ?? 0,
  };
  if (gate.passes) return t("report.passesText", values);
  if (gate.low === null) return t("report.tooFew", values);
  return t(gate.needed === null ? "report.hopeless" : "report.needs", values);
}
