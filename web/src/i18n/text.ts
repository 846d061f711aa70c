import type { i18n } from "i18next";
import { ApiProblem } from "../api/problem";

/** A text for a word that the server chose; the word itself where we have none. */
export function wordText(i18n: i18n, group: string, word: string): string {
  const key = `${group}.${word}`;
  return i18n.exists(key) ? i18n.t(key) : word.replaceAll("_", " ");
}

/** A sentence for whatever went wrong. */
export function errorText(i18n: i18n, error: unknown): string {
  if (!(error instanceof ApiProblem)) return i18n.t("errors.internal");
  const key = `errors.${error.code}`;
  return i18n.exists(key) ? i18n.t(key) : error.title;
}
