import { useText } from "../i18n";

interface Props {
  readonly code: string;
  readonly onRetry?: () => void;
}

/** Codes where opening the same link again cannot help. */
const FINAL = new Set([
  "noLink",
  "invitation_unknown",
  "invitation_expired",
  "invitation_revoked",
  "invitation_used",
  "invitation_erased",
  "session_over",
]);

export function Failed({ code, onRetry }: Props) {
  const text = useText();
  const { t } = text;
  const own = `failed.${code}`;
  const isElsewhere = code === "elsewhere";
  const known = text.exists(`errors.${code}`) ? `errors.${code}` : "errors.internal";
  return (
    <div className="column narrow" data-code={code} data-testid="failed">
      <h1 tabIndex={-1}>{t(isElsewhere ? "failed.elsewhereTitle" : "failed.title")}</h1>
      <p className="lead">{text.exists(own) ? t(own) : t(known)}</p>
      {!FINAL.has(code) && <p>{t("failed.help")}</p>}
      {onRetry && !FINAL.has(code) && (
        <div className="actions">
          <button className="button primary" data-testid="retry" onClick={onRetry} type="button">
            {t(isElsewhere ? "failed.elsewhereAction" : "action.retry")}
          </button>
        </div>
      )}
    </div>
  );
}
