import { useText } from "../i18n";

export function Refused({ onReconsider }: { readonly onReconsider: () => void }) {
  const { t } = useText();
  return (
    <div className="column narrow" data-testid="refused">
      <h1 tabIndex={-1}>{t("refused.title")}</h1>
      <p className="lead">{t("refused.text")}</p>
      <div className="actions">
        <button className="button" data-testid="reconsider" onClick={onReconsider} type="button">
          {t("refused.reconsider")}
        </button>
      </div>
    </div>
  );
}
