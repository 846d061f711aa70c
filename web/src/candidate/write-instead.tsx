import { useText } from "../i18n";

/** Below the device check: whatever fails there, the interview does not. */
export function WriteInstead({ onWrite }: { readonly onWrite: () => void }) {
  const { t } = useText();
  return (
    <p className="write-instead fine">
      {t("refused.write.instead")}{" "}
      <button className="link" data-testid="write-instead" onClick={onWrite} type="button">
        {t("refused.write.action")}
      </button>
    </p>
  );
}
