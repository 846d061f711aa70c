import { useText } from "../i18n";

/** Dates as people of the chosen language write them; "–" for none. */
export function useDates() {
  const { language } = useText();
  const format = (options: Intl.DateTimeFormatOptions) => (value: string | null | undefined) =>
    value ? new Intl.DateTimeFormat(language, options).format(new Date(value)) : "–";
  return {
    dateTime: format({ dateStyle: "medium", timeStyle: "short" }),
    date: format({ dateStyle: "medium" }),
    exact: format({ dateStyle: "short", timeStyle: "medium" }),
  };
}

export function languageKey(language: string): string {
  return `lang.${language || "auto"}`;
}

/** "pocketsphinx-en-us" stays; long hashes are cut for the eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 10);
}

export function decimal(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}
