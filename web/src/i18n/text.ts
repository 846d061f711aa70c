import { ApiProblem } from "../api/problem";
import type { Translator } from "./translator";

/** A text for a word that the server chose; the word itself where we have none. */
export function wordText(text: Translator, group: string, word: string): string {
  const key = `${group}.${word}`;
  return text.exists(key) ? text.t(key) : word.replaceAll("_", " ");
}

/** A sentence for whatever went wrong. */
export function errorText(text: Translator, error: unknown): string {
  if (!(error instanceof ApiProblem)) return text.t("errors.internal");
  const key = `errors.${error.code}`;
  return text.exists(key) ? text.t(key) : error.title;
}
