import { useMemo } from "react";
import type { Case } from "../../api/types";
import { formatClock } from "../../core/clock";
import { chapters } from "../../core/timeline";
import { useText } from "../../i18n";

interface Props {
  readonly data: Case;
  readonly onSeek: (time: number) => void;
}

/** What was said, by question; a time takes the player there. */
export function SheetTranscript({ data, onSeek }: Props) {
  const { t } = useText();
  const { questions, utterances } = data;
  const parts = useMemo(() => chapters(questions, utterances), [questions, utterances]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section aria-label={t("transcript.title")} className="sheet-transcript" tabIndex={0}>
      <h2 className="visually-hidden">{t("transcript.title")}</h2>
      {utterances.length === 0 && <p className="muted">{t("transcript.empty")}</p>}
      {parts.map(({ question, utterances: said }) => (
        <div key={question?.id ?? "before"}>
          <h3>{question ? question.text : t("transcript.before")}</h3>
          {said.map(({ id, start, text, status, language }) => (
            <p className="sheet-said" key={id} lang={language || undefined}>
              <button
                aria-label={t("transcript.jump", { time: formatClock(start) })}
                className="utterance-time"
                onClick={() => onSeek(start)}
                type="button"
              >
                {formatClock(start)}
              </button>
              <span>{status === "done" ? text : t(`transcript.${status}`)}</span>
            </p>
          ))}
        </div>
      ))}
    </section>
  );
}
