import { useState } from "react";
import { bundle, type Findings } from "../../core/check/diagnostics";
import { useText } from "../../i18n";

/** The results to pass on: copied, or as a file; shown, so that nobody need take our word. */
export function Help({ findings }: { readonly findings: () => Findings }) {
  const { t } = useText();
  const [isCopied, setCopied] = useState(false);
  const [shown, setShown] = useState<string | null>(null);

  const copy = async () => {
    const written = bundle(findings());
    await navigator.clipboard?.writeText(written).then(
      () => setCopied(true),
      () => setShown(written),
    );
    if (!navigator.clipboard) setShown(written);
  };
  const download = () => {
    const url = URL.createObjectURL(new Blob([bundle(findings())], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "device-check.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <section className="help" data-testid="help">
      <h2>{t("check.help.title")}</h2>
      <p className="fine">{t("check.help.text")}</p>
      <div className="actions">
        <button
          className="button small"
          data-testid="help-copy"
          onClick={() => void copy()}
          type="button"
        >
          {t("check.help.copy")}
        </button>
        <button
          className="button small"
          data-testid="help-download"
          onClick={download}
          type="button"
        >
          {t("check.help.download")}
        </button>
        <button
          aria-expanded={shown !== null}
          className="link-button"
          data-testid="help-show"
          onClick={() => setShown((old) => (old === null ? bundle(findings()) : null))}
          type="button"
        >
          {t("check.help.show")}
        </button>
        <span role="status">{isCopied ? t("check.help.copied") : ""}</span>
      </div>
      {shown !== null && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <section aria-label={t("check.help.label")} className="bundle" tabIndex={0}>
            <pre data-testid="bundle">{shown}</pre>
          </section>
        </>
      )}
    </section>
  );
}
