import type { Case } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";
import { FaceChart } from "./face-chart";

interface Props {
  readonly data: Case;
  readonly time: number;
  readonly onSeek: (time: number) => void;
}

export function FacesPanel({ data, time, onSeek }: Props) {
  const { t } = useText();
  const { faces, session } = data;
  if (!faces.allowed) {
    return (
      <p className="withheld" data-testid="faces-withheld">
        <Icon name="lock" />
        {t(faces.reason === "consent" ? "faces.consent" : "faces.jurisdiction")}
      </p>
    );
  }
  return (
    <div className="stack" data-testid="faces">
      <Message tone="warn">{t("faces.warning")}</Message>
      {faces.samples.length === 0 ? (
        <p className="muted">{t("faces.empty")}</p>
      ) : (
        <FaceChart duration={session.duration ?? 0} samples={faces.samples} time={time} />
      )}
      <Spans onSeek={onSeek} spans={faces.spans} />
    </div>
  );
}

interface SpansProps {
  readonly spans: Case["faces"]["spans"];
  readonly onSeek: (time: number) => void;
}

function Spans({ spans, onSeek }: SpansProps) {
  const text = useText();
  const { t } = text;
  return (
    <div>
      <h3>{t("faces.spans")}</h3>
      {spans.length === 0 && <p className="muted">{t("faces.noSpans")}</p>}
      <ul className="chips">
        {spans.map(({ code, start, end }) => (
          <li key={`${code}-${start}`}>
            <button className="chip" onClick={() => onSeek(start)} type="button">
              <span className="time">
                {formatClock(start)}–{formatClock(end)}
              </span>{" "}
              {wordText(text, "span", code)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
