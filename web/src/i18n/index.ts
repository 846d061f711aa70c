import { useSyncExternalStore } from "react";
import { LOCALES, type Locale, type Texts, type Translator, translator } from "./translator";

export { LOCALES, type Locale, type Translator };

const KEY = "candor.locale";

const known: Record<Locale, Texts> = { "zh-CN": {}, en: {} };
let translators: Readonly<Record<Locale, Translator>> | null = null;
let current: Translator = translator("en", {});
const listeners = new Set<() => void>();

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

/** Called once by each page, before it draws. */
export function startI18n(texts: Readonly<Record<Locale, Texts>>): void {
  addTexts(texts);
  chooseLocale(chosenLocale() ?? guess(), false);
}

/** More areas, as a part that was loaded later brings its own: before that part draws. */
export function addTexts(texts: Readonly<Record<Locale, Texts>>): void {
  for (const locale of LOCALES) known[locale] = { ...known[locale], ...texts[locale] };
  translators = {
    "zh-CN": translator("zh-CN", known["zh-CN"]),
    en: translator("en", known.en),
  };
  current = translators[current.language];
}

export function chooseLocale(locale: Locale, remember: boolean): void {
  if (remember) localStorage.setItem(KEY, locale);
  if (!translators) return;
  current = translators[locale];
  document.documentElement.lang = locale;
  document.title = `${current.t("page.title")} · ${current.t("app.name")}`;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The texts in the language of the moment; draws again when it changes. */
export function useText(): Translator {
  return useSyncExternalStore(subscribe, () => current);
}
