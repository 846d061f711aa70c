import type { Interval, TrialFigures, TrialReport } from "../../api/types";
import { useText } from "../../i18n";
import { bounds, figure, percent, place } from "./numbers";

interface Props {
  readonly figures: TrialFigures;
  readonly people: TrialReport["people"];
}

const ROWS = ["kappa", "icc", "alpha_ordinal", "alpha_interval"] as const;
const SHARES = ["same", "within_one"] as const;

/** Each figure with its interval, drawn on one scale from 0 to 1. */
export function FiguresTable({ figures, people }: Props) {
  const { t } = useText();
  return (
    <section className="card">
      <h2>{t("report.agreement")}</h2>
      <p className="muted small">{t("report.intervals")}</p>
      <table className="figures" data-testid="figures">
        <thead>
          <tr>
            <th scope="col">{t("report.figure")}</th>
            <th scope="col">{t("report.estimate")}</th>
            <th scope="col">{t("report.bounds")}</th>
            <td className="figure-bar-head" />
          </tr>
        </thead>
        <tbody>
          {ROWS.map((name) => (
            <Row hint={t(`figureHint.${name}`)} interval={figures[name]} key={name}>
              {t(`figure.${name}`)}
            </Row>
          ))}
          {SHARES.map((name) => (
            <Row
              hint={t(`figureHint.${name}`)}
              interval={figures[name]}
              key={name}
              show={(value) => percent(value)}
            >
              {t(`figure.${name}`)}
            </Row>
          ))}
          {people && (
            <Row
              hint={t("figureHint.people", { interviews: people.interviews })}
              interval={people.kappa}
            >
              {t("figure.people")}
            </Row>
          )}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly interval: Interval;
  readonly hint: string;
  readonly children: string;
  readonly show?: (value: number | null) => string;
}

function Row({ interval, hint, children, show = figure }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {children}
        <span className="muted small figure-hint">{hint}</span>
      </th>
      <td className="strong">{show(interval.estimate)}</td>
      <td className="nowrap">{bounds(interval, show)}</td>
      <td className="figure-bar">
        <Bar interval={interval} />
      </td>
    </tr>
  );
}

function Bar({ interval }: { readonly interval: Interval }) {
  const { estimate, low, high } = interval;
  if (estimate === null) return null;
  const at = (value: number) => place(value, { from: 0, to: 1 }) * 100;
  return (
    <span aria-hidden="true" className="gate-bar is-small">
      {low !== null && high !== null && (
        <span
          className="gate-band"
          style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }}
        />
      )}
      <span className="gate-dot" style={{ left: `${at(estimate)}%` }} />
    </span>
  );
}
