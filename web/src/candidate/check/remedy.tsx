import { useMemo } from "react";
import { type Browser, readBrowser, variants } from "../../core/check/browser";
import type { Cause } from "../../core/check/causes";
import { type Translator, useText } from "../../i18n";

export function useBrowser(): Browser {
  return useMemo(() => readBrowser(navigator), []);
}

/** What it is called, and what to do about it in this browser on this system. */
export function causeText({ t, exists }: Translator, cause: Cause, browser: Browser) {
  const app = t(`check.app.${browser.app ?? "webview"}`);
  const places = browser.app ? [browser.app, ...variants(browser)] : variants(browser);
  const place = places.find((one) => exists(`check.remedy.${cause}.${one}`)) ?? "any";
  return {
    title: t(`check.cause.${cause}`, { app }),
    remedy: t(`check.remedy.${cause}.${place}`),
  };
}

interface Props {
  readonly cause: Cause;
  /** In place of the cause's own, where nothing has failed yet. */
  readonly title?: string;
}

/** A cause with its remedy, as a text inside a row or a message. */
export function Remedy({ cause, title }: Props) {
  const text = useText();
  const own = causeText(text, cause, useBrowser());
  const { remedy } = own;
  return (
    <span className="remedy" data-cause={cause} data-testid="remedy">
      <strong>{title ?? own.title}</strong> <span>{remedy}</span>
    </span>
  );
}
