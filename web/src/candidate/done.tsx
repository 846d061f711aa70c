import { useText } from "../i18n";
import { Icon } from "../ui/icons";

export function Done({ isEarly }: { readonly isEarly: boolean }) {
  const { t } = useText();
  return (
    <div className="column narrow" data-testid="done">
      <span className="done-mark">
        <Icon name="check" size={30} />
      </span>
      <h1 tabIndex={-1}>{t(isEarly ? "done.earlyTitle" : "done.title")}</h1>
      <p className="lead">{t(isEarly ? "done.early" : "done.text")}</p>
      <h2>{t("done.nextTitle")}</h2>
      <ol className="next-steps">
        <li>{t("done.next1")}</li>
        <li>{t("done.next2")}</li>
        <li>{t("done.next3")}</li>
      </ol>
      <p className="fine">{t("done.rights")}</p>
    </div>
  );
}
