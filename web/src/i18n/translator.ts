/**
 * Texts by key, in two languages. i18next with its React half weighs 19 KB gzipped, a fifth of what
 * the candidate's page may weigh, for features that these texts do not use; this is what they use.
 */
export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

export interface Texts {
  readonly [key: string]: string | Texts;
}

type Values = Readonly<Record<string, string | number>>;

export interface Translator {
  readonly language: Locale;
  /** The text for a key such as "notice.title", `{{name}}` filled in; the key where there is none. */
  readonly t: (key: string, values?: Values) => string;
  readonly exists: (key: string) => boolean;
}

function find(texts: Texts, key: string): string | undefined {
  let at: string | Texts | undefined = texts;
  for (const part of key.split(".")) {
    if (typeof at !== "object" || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return typeof at === "string" ? at : undefined;
}

function fill(text: string, values: Values): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function translator(language: Locale, texts: Texts): Translator {
  return {
    language,
    t: (key, values = {}) => fill(find(texts, key) ?? key, values),
    exists: (key) => find(texts, key) !== undefined,
  };
}
