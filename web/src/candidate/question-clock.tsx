import { useEffect, useState } from "react";
import type { Interview } from "../api/types";
import { formatClock, shownClock } from "../core/clock";
import type { Sitting } from "../core/sitting";
import { useText } from "../i18n";

interface Props {
  readonly sitting: Sitting;
  readonly view: Interview;
}

const SHORT_SECONDS = 120;
/** Often enough that a second is shown when it begins. */
const LOOK_MS = 100;

/** The server's clock: it stands still while the connection is gone. */
export function QuestionClock({ sitting, view }: Props) {
  const { t } = useText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);

  const { used, total: inAll } = shownClock(sitting.clock, now);
  return (
    <div className="clock">
      <span className="visually-hidden">{t("interview.used")}</span>
      <span className="clock-time" data-testid="clock" data-used={used.toFixed(2)}>
        {formatClock(used)}
      </span>
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
