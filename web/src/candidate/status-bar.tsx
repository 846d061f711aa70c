import { formatClock } from "../core/clock";
import type { Sitting } from "../core/sitting";
import { useText } from "../i18n";

const TONE: Readonly<Record<string, string>> = {
  live: "is-live",
  reconnecting: "is-warn",
};

/** One line that answers the two fears: am I connected, and is anything lost? */
export function StatusBar({ sitting }: { readonly sitting: Sitting }) {
  const { t } = useText();
  const { name } = sitting.phase;
  const { safety, savedUntil } = sitting;
  const seconds = Math.ceil(safety.seconds);
  const isShown = name === "live" || name === "reconnecting" || name === "finishing";
  return (
    <div className="status-bar" data-phase={name} data-testid="connection">
      <span className={`dot ${TONE[name] ?? ""}`} />
      <div className="status-text">
        <span role="status">{t(`interview.status.${name}`)}</span>
        {isShown && (
          <span className="status-saved" data-safety={safety.state} data-testid="saved">
            {t(`interview.safety.${safety.state}`, { seconds })}
            {safety.state === "safe" && savedUntil > 0 && (
              <span className="mono"> {formatClock(savedUntil)}</span>
            )}
            {safety.state !== "safe" && safety.keeps !== "all" && (
              <span data-testid="keeps"> {t(`interview.keeps.${safety.keeps}`)}</span>
            )}
          </span>
        )}
      </div>
    </div>
  );
}
