import { useEffect, useRef } from "react";
import type { Caption } from "../core/captions";
import { useText } from "../i18n";

interface Props {
  readonly captions: readonly Caption[];
  readonly empty: string;
  readonly label: string;
}

/** Only finished captions are announced: a screen reader would stumble over every partial. */
export function CaptionList({ captions, empty, label }: Props) {
  const end = useRef<HTMLDivElement>(null);
  const last = captions.at(-1);
  const lastFinal = captions.findLast((caption) => caption.isFinal);
  const mark = `${last?.id}:${last?.text.length}`;

  useEffect(() => {
    const box = end.current?.parentElement;
    if (box && mark) box.scrollTop = box.scrollHeight;
  }, [mark]);

  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section aria-label={label} className="captions" data-testid="captions" tabIndex={0}>
        {captions.length === 0 && <p className="captions-empty">{empty}</p>}
        {captions.map((caption) => (
          <CaptionLine caption={caption} key={caption.id} />
        ))}
        <div ref={end} />
      </section>
      <div aria-live="polite" className="visually-hidden">
        {lastFinal?.text}
      </div>
    </>
  );
}

function CaptionLine({ caption }: { readonly caption: Caption }) {
  const { t } = useText();
  if (caption.status === "waiting" || caption.status === "failed") {
    return <p className="caption caption-later">{t(`captionStatus.${caption.status}`)}</p>;
  }
  return (
    <p
      className={caption.isFinal ? "caption" : "caption caption-partial"}
      data-testid={caption.isFinal ? "caption-final" : "caption-partial"}
    >
      {caption.text}
    </p>
  );
}
