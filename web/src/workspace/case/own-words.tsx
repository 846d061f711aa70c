import type { Utterance } from "../../api/types";
import { useText } from "../../i18n";

/** What the candidate says they said, and whether a later try counts in place of this one. */
export function OwnWordsNote({ utterance }: { readonly utterance: Utterance }) {
  const { t } = useText();
  const { own_text, is_replaced } = utterance;
  return (
    <>
      {is_replaced && (
        <p className="small muted" data-testid="replaced">
          {t("ownWords.replaced")}
        </p>
      )}
      {own_text && (
        <p className="small" data-testid="own-words" lang={utterance.language || undefined}>
          <span className="muted">{t("ownWords.label")}</span> {own_text}
        </p>
      )}
    </>
  );
}
