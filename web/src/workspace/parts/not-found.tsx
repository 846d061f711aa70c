import { Link } from "react-router";
import { useText } from "../../i18n";

export function NotFound() {
  const { t } = useText();
  return (
    <div className="stack">
      <h1>{t("notFound.title")}</h1>
      <Link to="/queue">{t("notFound.action")}</Link>
    </div>
  );
}
