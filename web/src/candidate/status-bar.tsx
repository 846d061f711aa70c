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
  const saved = sitting.savedUntil;
  return (
    <div className="status-bar" data-phase={name} data-testid="connection">
      <span className={`dot ${TONE[name] ?? ""}`} />
      <div className="status-text">
        <span role="status">{t(`interview.status.${name}`)}</span>
        {name === "live" && (
          <span className="status-saved" data-testid="saved">
            {t("interview.status.saved")}
            {saved > 0 && <span className="mono"> {formatClock(saved)}</span>}
          </span>
        )}
      </div>
    </div>
  );
}
