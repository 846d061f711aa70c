import { useMemo } from "react";
import type { Case } from "../../api/types";
import { thin, trace } from "../../core/trace";
import { useText } from "../../i18n";

type Sample = Case["faces"]["samples"][number];

interface Props {
  readonly samples: readonly Sample[];
  readonly duration: number;
  readonly time: number;
}

const WIDTH = 1000;
const HEIGHT = 56;

const ROWS = [
  { key: "presence", max: 2, read: (sample: Sample) => sample.faces },
  { key: "away", max: 45, read: (sample: Sample) => magnitude(sample.yaw) },
  { key: "smile", max: 1, read: (sample: Sample) => sample.smile },
] as const;

function magnitude(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.abs(value);
}

/** Three quiet lines over the interview; gaps where no face was seen. */
export function FaceChart({ samples, duration, time }: Props) {
  const { t } = useText();
  const shown = useMemo(() => thin(samples, 600), [samples]);
  const end = Math.max(duration, samples.at(-1)?.t ?? 0, 1);
  const now = (time / end) * WIDTH;
  return (
    <div aria-label={t("faces.chart")} className="face-chart" role="img">
      {ROWS.map(({ key, max, read }) => (
        <div className="face-row" key={key}>
          <span className="small">{t(`faces.${key}`)}</span>
          <svg aria-hidden="true" preserveAspectRatio="none" viewBox={`0 0 ${WIDTH} ${HEIGHT}`}>
            <path
              className="face-line"
              d={trace(
                shown.map((sample) => ({
                  x: sample.t / end,
                  y: (read(sample) ?? Number.NaN) / max,
                })),
                { width: WIDTH, height: HEIGHT },
              )}
            />
            <line className="face-now" x1={now} x2={now} y1={0} y2={HEIGHT} />
          </svg>
        </div>
      ))}
    </div>
  );
}
