import { useMemo } from "react";
import type { SharedCase } from "../../api/types";
import { formatClock } from "../../core/clock";
import { activeAt, chapters } from "../../core/timeline";
import { useText } from "../../i18n";

interface Props {
  readonly data: SharedCase;
  readonly time: number;
  readonly onSeek: (time: number) => void;
}

/** The words to read and to jump by; nothing to change. */
export function ReadTranscript({ data, time, onSeek }: Props) {
  const { t } = useText();
  const { questions, utterances } = data;
  const parts = useMemo(() => chapters(questions, utterances), [questions, utterances]);
  const active = activeAt(utterances, time, 0.5);
  return (
    <section className="transcript-card">
      <h2>{t("transcript.title")}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section aria-label={t("transcript.title")} className="transcript" tabIndex={0}>
        {parts.map(({ question, utterances: said }) => (
          <div className="chapter" key={question?.id ?? "before"}>
            <h3>{question ? question.text : t("transcript.before")}</h3>
            {said.map(({ id, start, text, language }) => (
              <div className="utterance" data-active={id === active?.id || undefined} key={id}>
                <button
                  aria-label={t("transcript.jump", { time: formatClock(start) })}
                  className="utterance-time"
                  onClick={() => onSeek(start)}
                  type="button"
                >
                  {formatClock(start)}
                </button>
                <p lang={language || undefined}>{text}</p>
              </div>
            ))}
          </div>
        ))}
      </section>
    </section>
  );
}
