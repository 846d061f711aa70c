import { useText } from "../i18n";

export function Loading() {
  const { t } = useText();
  return (
    <p className="loading" role="status">
      {t("loading")}
    </p>
  );
}
