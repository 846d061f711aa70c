import type { Status } from "../../api/types";
import { useText } from "../../i18n";
import { languageKey } from "../format";

export function EngineTable({ status }: { readonly status: Status }) {
  const { t } = useText();
  const { faces } = status;
  const none = t("status.none");
  return (
    <dl className="facts">
      {status.transcription.map(({ language, engine, is_fallback, quality }) => (
        <div key={language}>
          <dt>
            {t("status.speech")} · {t(languageKey(language))}
          </dt>
          <dd>
            {engine ?? none}{" "}
            {is_fallback && (
              <span className="state" data-tone="warn">
                {t("status.isFallback")}
              </span>
            )}
            {quality && <div className="muted small">{quality}</div>}
          </dd>
        </div>
      ))}
      <div>
        <dt>{t("status.faces")}</dt>
        <dd>
          {[faces.detector, faces.mesh, faces.expression].filter(Boolean).join(" · ") || none}
          {!faces.expression_allowed && <div className="muted small">{t("status.notAllowed")}</div>}
        </dd>
      </div>
      <div>
        <dt>{t("status.live")}</dt>
        <dd>
          {status.live_sessions} / {status.session_limit}
        </dd>
      </div>
    </dl>
  );
}
