import type { Interval, TrialFigures } from "../../api/types";
import { useText } from "../../i18n";
import { bounds, figure, place, radius } from "./numbers";

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 44;
const BOTTOM = 38;
const ACROSS = { from: 0.8, to: 5.2 };
const UP = { from: -4.2, to: 4.2 };
const TICKS_Y = [-4, -2, 0, 2, 4];
const TICKS_X = [1, 2, 3, 4, 5];

const x = (value: number) => LEFT + place(value, ACROSS) * (WIDTH - LEFT - 12);
const y = (value: number) => 12 + (1 - place(value, UP)) * (HEIGHT - BOTTOM - 12);

const LINES = [
  { key: "limit_high", dash: "6 5" },
  { key: "bias", dash: "" },
  { key: "limit_low", dash: "6 5" },
] as const;

/** Differences over means: whether the model is milder or stricter, and where. */
export function BlandAltman({ figures }: { readonly figures: TrialFigures }) {
  const { t } = useText();
  const most = Math.max(...figures.points.map(({ count }) => count));
  return (
    <section className="card">
      <h2>{t("report.plot")}</h2>
      <p className="muted small">{t("report.plotLead")}</p>
      <svg
        aria-label={t("report.plotLabel", {
          bias: figure(figures.bias.estimate),
          low: figure(figures.limit_low.estimate),
          high: figure(figures.limit_high.estimate),
        })}
        className="plot"
        data-testid="plot"
        role="img"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      >
        <Axes across={t("report.mean")} up={t("report.difference")} />
        {LINES.map(({ key, dash }) => (
          <Line dash={dash} interval={figures[key]} key={key} />
        ))}
        {figures.points.map(({ mean, difference, count }) => (
          <circle
            className="plot-point"
            cx={x(mean)}
            cy={y(difference)}
            key={`${mean}:${difference}`}
            r={radius(count, most)}
          >
            <title>{t("report.point", { count, mean, difference: figure(difference, 0) })}</title>
          </circle>
        ))}
      </svg>
      <dl className="plot-legend">
        {LINES.map(({ key }) => (
          <div key={key}>
            <dt>{t(`figure.${key}`)}</dt>
            <dd>
              <strong>{figure(figures[key].estimate)}</strong>{" "}
              <span className="muted small">{bounds(figures[key])}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Axes({ across, up }: { readonly across: string; readonly up: string }) {
  return (
    <g className="plot-axes">
      {TICKS_Y.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={WIDTH - 12} y1={y(tick)} y2={y(tick)} />
          <text textAnchor="end" x={LEFT - 8} y={y(tick) + 4}>
            {figure(tick, 0)}
          </text>
        </g>
      ))}
      {TICKS_X.map((tick) => (
        <text key={tick} textAnchor="middle" x={x(tick)} y={HEIGHT - BOTTOM + 16}>
          {tick}
        </text>
      ))}
      <text className="plot-name" textAnchor="end" x={WIDTH - 12} y={HEIGHT - 4}>
        {across}
      </text>
      <text
        className="plot-name"
        textAnchor="end"
        transform={`translate(12 14) rotate(-90)`}
        x={0}
        y={0}
      >
        {up}
      </text>
    </g>
  );
}

function Line({ interval, dash }: { readonly interval: Interval; readonly dash: string }) {
  const { estimate, low, high } = interval;
  if (estimate === null) return null;
  return (
    <g>
      {low !== null && high !== null && (
        <rect
          className="plot-band"
          height={Math.max(1, y(low) - y(high))}
          width={WIDTH - 12 - LEFT}
          x={LEFT}
          y={y(high)}
        />
      )}
      <line
        className="plot-line"
        strokeDasharray={dash}
        x1={LEFT}
        x2={WIDTH - 12}
        y1={y(estimate)}
        y2={y(estimate)}
      />
    </g>
  );
}
