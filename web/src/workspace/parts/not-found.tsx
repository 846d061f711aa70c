import { Link } from "react-router";
import { useText } from "../../i18n";

/** A page that is not there, or (with a `title` saying so) not for this person. */
export function NotFound({ title }: { readonly title?: string }) {
  const { t } = useText();
  return (
    <div className="stack">
      <h1>{title ?? t("notFound.title")}</h1>
      <Link to="/queue">{t("notFound.action")}</Link>
    </div>
  );
}
