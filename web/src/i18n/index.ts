import i18next, { type i18n, type Resource } from "i18next";
import { initReactI18next } from "react-i18next";

export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

const KEY = "candor.locale";

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/** What the person chose before on this device, if anything. */
export function chosenLocale(): Locale | null {
  const stored = localStorage.getItem(KEY);
  return isLocale(stored) ? stored : null;
}

function guess(): Locale {
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("zh")) ? "zh-CN" : "en";
}

function reflect(locale: string): void {
  document.documentElement.lang = locale;
  document.title = `${i18next.t("page.title")} · ${i18next.t("app.name")}`;
}

/** Texts of one entry: each locale is one flat namespace, so that a key names its text alone. */
export function startI18n(texts: Readonly<Record<Locale, Record<string, unknown>>>): i18n {
  const resources: Resource = {
    "zh-CN": { translation: texts["zh-CN"] },
    en: { translation: texts.en },
  };
  i18next.on("languageChanged", reflect);
  void i18next.use(initReactI18next).init({
    resources,
    lng: chosenLocale() ?? guess(),
    fallbackLng: "en",
    supportedLngs: [...LOCALES],
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  reflect(i18next.language);
  return i18next;
}

export function chooseLocale(locale: Locale, remember: boolean): void {
  if (remember) localStorage.setItem(KEY, locale);
  void i18next.changeLanguage(locale);
}
