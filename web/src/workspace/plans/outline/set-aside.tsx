import type { Outline } from "../../../api/types";
import { useText } from "../../../i18n";
import { Message } from "../../../ui/message";

/** Lines of the advert that no question may ask after, each with reason and law. */
export function SetAside({ items }: { readonly items: Outline["set_aside"] }) {
  const { t, language } = useText();
  if (items.length === 0) return null;
  return (
    <Message testId="outline-aside" title={t("outline.asideTitle")} tone="warn">
      <ul className="refusals">
        {items.map(({ citation, reason, laws }) => (
          <li key={`${citation.source}${citation.start}`}>
            <q>{citation.quote}</q>
            <br />
            {language === "zh-CN" ? reason.zh : reason.en}
            {laws.length > 0 && <span className="small"> ({laws.join("; ")})</span>}
          </li>
        ))}
      </ul>
    </Message>
  );
}
