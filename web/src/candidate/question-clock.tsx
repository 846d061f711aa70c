import { useEffect, useState } from "react";
import type { Interview } from "../api/types";
import { elapsed, formatClock } from "../core/clock";
import { useText } from "../i18n";
import { startedAt } from "./token";

interface Props {
  readonly view: Interview;
  readonly question: Interview["questions"][number];
}

const SHORT_SECONDS = 120;

export function QuestionClock({ view, question }: Props) {
  const { t } = useText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);

  const used = elapsed(startedAt(`${view.session_id}.${question.id}`, now), now);
  const inAll = elapsed(startedAt(view.session_id, now), now);
  const minutes = Math.max(1, Math.round(question.seconds / 60));
  return (
    <div className="clock">
      <span className="visually-hidden">{t("interview.used")}</span>
      <span className="clock-time" data-testid="clock">
        {formatClock(used)}
      </span>
      <span>{t("interview.suggested", { minutes })}</span>
      <span className="clock-total">
        {formatClock(inAll)} {t("interview.total", { limit: formatClock(view.max_seconds) })}
      </span>
      {view.max_seconds - inAll < SHORT_SECONDS && (
        <strong className="clock-short" role="status">
          {t("interview.timeShort")}
        </strong>
      )}
    </div>
  );
}
