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

const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{6}([0-9a-f]{6})\b/gi;
const HASH = /\b([0-9a-f]{10})[0-9a-f]{30,}\b/gi;

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d)[\d:.]*(?:Z|[+]00:00)/g;

/** Ids, hashes and times cut for the eye; of an id the end, as ids of one day begin alike. */
export function shortIds(text: string): string {
  return text.replace(INSTANT, "$1").replace(UUID, "…$1").replace(HASH, "$1…");
}

export function decimal(value: number | null | undefined, digits = 1): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}
