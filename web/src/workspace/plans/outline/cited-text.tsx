import { useEffect, useMemo, useRef } from "react";
import type { Outline } from "../../../api/types";
import { useText } from "../../../i18n";
import { pieces, type Span } from "./spans";

interface Props {
  readonly outline: Outline;
  readonly source: "job" | "cv";
  readonly text: string;
  readonly active: number | null;
}

/** The advert or the CV, with what questions cite and what none may ask after. */
export function CitedText({ outline, source, text, active }: Props) {
  const { t } = useText();
  const box = useRef<HTMLElement>(null);
  const parts = useMemo(() => pieces(text, spansOf(outline, source)), [outline, source, text]);
  useEffect(() => {
    if (active !== null) {
      box.current?.querySelector("mark[data-active]")?.scrollIntoView({ block: "nearest" });
    }
  }, [active]);
  return (
    <section className="card cited" ref={box}>
      <h2>{t(`outlineText.${source}`)}</h2>
      <p className="muted small">{t("outline.legend")}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by key */}
      <section aria-label={t(`outlineText.${source}`)} className="cited-text" tabIndex={0}>
        {parts.map(({ text: part, start, kind, questions }) =>
          kind ? (
            <mark
              data-active={(active !== null && questions.includes(active)) || undefined}
              data-kind={kind}
              key={start}
            >
              {part}
            </mark>
          ) : (
            <span key={start}>{part}</span>
          ),
        )}
      </section>
    </section>
  );
}

function spansOf({ questions, set_aside }: Outline, source: "job" | "cv"): Span[] {
  const cited = questions.flatMap(({ citations }, index) =>
    citations
      .filter((one) => one.source === source)
      .map(({ start, end }): Span => ({ start, end, kind: "cited", questions: [index] })),
  );
  const aside = set_aside
    .map(({ citation }) => citation)
    .filter((one) => one.source === source)
    .map(({ start, end }): Span => ({ start, end, kind: "aside", questions: [] }));
  return [...cited, ...aside];
}
