import { chooseLocale, LOCALES, type Locale, useText } from "../i18n";

interface Props {
  readonly onChosen?: (locale: Locale) => void;
}

/** Two languages are two buttons: no menu to open in a language one cannot read. */
export function LanguageSwitch({ onChosen }: Props) {
  const text = useText();
  const { t } = text;
  return (
    <fieldset className="segmented">
      <legend className="visually-hidden">{t("language.label")}</legend>
      {LOCALES.map((locale) => (
        <button
          aria-pressed={text.language === locale}
          data-testid={`lang-${locale}`}
          key={locale}
          lang={locale}
          onClick={() => {
            chooseLocale(locale, true);
            onChosen?.(locale);
          }}
          type="button"
        >
          {t(`language.${locale}`)}
        </button>
      ))}
    </fieldset>
  );
}
