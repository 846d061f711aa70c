import { useEffect, useMemo, useRef } from "react";
import type { Case } from "../../api/types";
import { activeAt, chapters } from "../../core/timeline";
import { useText } from "../../i18n";
import { UtteranceLine } from "./utterance-line";

interface Props {
  readonly data: Case;
  readonly time: number;
  readonly onSeek: (time: number) => void;
  readonly mayCorrect: boolean;
  /** The line that is being corrected. */
  readonly edited: string | null;
  readonly onEdit: (id: string | null) => void;
}

export function Transcript({ data, time, onSeek, mayCorrect, edited, onEdit }: Props) {
  const { t } = useText();
  const { questions, utterances } = data;
  const parts = useMemo(() => chapters(questions, utterances), [questions, utterances]);
  const active = activeAt(utterances, time, 0.5);
  const box = useRef<HTMLElement>(null);
  const isAllFallback = utterances.every((utterance) => utterance.is_fallback);
  useFollow(box, time > 0 ? (active?.id ?? null) : null);

  return (
    <section className="transcript-card">
      <div className="card-line">
        <h2>{t("transcript.title")}</h2>
        {isAllFallback && utterances.length > 0 && (
          <span className="state" data-tone="warn" title={utterances[0]?.engine ?? ""}>
            {t("transcript.fallback")}
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section aria-label={t("transcript.title")} className="transcript" ref={box} tabIndex={0}>
        {utterances.length === 0 && <p className="muted">{t("transcript.empty")}</p>}
        {parts.map(({ question, utterances: said }) => (
          <div className="chapter" key={question?.id ?? "before"}>
            <h3>
              {question ? (
                <>
                  <span className="muted small">
                    {t("transcript.question", { index: question.index + 1 })}
                  </span>
                  {question.text}
                </>
              ) : (
                t("transcript.before")
              )}
            </h3>
            {said.map((utterance) => (
              <UtteranceLine
                caseId={data.session.id}
                isEdited={utterance.id === edited}
                isMarked={utterance.is_fallback && !isAllFallback}
                key={utterance.id}
                mayCorrect={mayCorrect}
                onEdit={onEdit}
                onSeek={onSeek}
                time={utterance.id === active?.id ? time : null}
                utterance={utterance}
              />
            ))}
          </div>
        ))}
      </section>
      {utterances.length > 0 && (
        <p className="muted small">
          <span className="unsure">abc</span> {t("transcript.legend")}
        </p>
      )}
    </section>
  );
}

/** Keeps the spoken line in view inside its own box; the page itself never jumps. */
function useFollow(box: React.RefObject<HTMLElement | null>, id: string | null): void {
  useEffect(() => {
    if (!id || !box.current) return;
    const line = box.current.querySelector<HTMLElement>(`[data-utterance="${CSS.escape(id)}"]`);
    if (!line) return;
    const top = line.offsetTop - box.current.clientHeight / 3;
    box.current.scrollTo({ top, behavior: "smooth" });
  }, [box, id]);
}
