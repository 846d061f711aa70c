import { memo } from "react";
import type { Utterance } from "../../api/types";
import { formatClock } from "../../core/clock";
import { activeAt } from "../../core/timeline";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { CorrectedNote, CorrectLine } from "./correct-line";
import { OwnWordsNote } from "./own-words";

interface Props {
  readonly utterance: Utterance;
  /** Session time while this utterance is the one being heard, else null. */
  readonly time: number | null;
  readonly onSeek: (time: number) => void;
  /** Say that a fallback engine wrote this line, where not all lines are its own. */
  readonly isMarked: boolean;
  readonly caseId: string;
  readonly mayCorrect: boolean;
  readonly isEdited: boolean;
  readonly onEdit: (id: string | null) => void;
}

/** Below this a word is marked; engines are wrong in about half of such words. */
const UNSURE = 0.6;

export const UtteranceLine = memo(function UtteranceLine({
  utterance,
  time,
  onSeek,
  isMarked,
  caseId,
  mayCorrect,
  isEdited,
  onEdit,
}: Props) {
  const { t } = useText();
  const { id, start, status, engine } = utterance;
  const at = formatClock(start);
  return (
    <div
      className="utterance"
      data-active={time !== null || undefined}
      data-testid="utterance"
      data-utterance={id}
    >
      <button
        aria-label={t("transcript.jump", { time: at })}
        className="utterance-time"
        onClick={() => onSeek(start)}
        type="button"
      >
        {at}
      </button>
      {isEdited ? (
        <CorrectLine caseId={caseId} onClose={() => onEdit(null)} utterance={utterance} />
      ) : (
        <div className="utterance-said">
          <p lang={utterance.language || undefined}>
            {status === "done" ? (
              <Words onSeek={onSeek} time={time} utterance={utterance} />
            ) : (
              <span className="muted">{t(`transcript.${status}`)}</span>
            )}
            {isMarked && status === "done" && (
              <span className="engine" title={engine ?? ""}>
                {t("transcript.fallback")}
              </span>
            )}
          </p>
          {mayCorrect && (
            <button
              aria-label={t("correction.open", { time: at })}
              className="utterance-edit"
              data-testid="correct"
              onClick={() => onEdit(id)}
              type="button"
            >
              <Icon name="pencil" size={15} />
            </button>
          )}
          <CorrectedNote utterance={utterance} />
          <OwnWordsNote utterance={utterance} />
        </div>
      )}
    </div>
  );
});

function Words({ utterance, time, onSeek }: Pick<Props, "utterance" | "time" | "onSeek">) {
  const { t } = useText();
  const { words, text, language } = utterance;
  if (words.length === 0) return <>{text}</>;
  const active = time === null ? null : activeAt(words, time);
  const gap = language.startsWith("zh") ? "" : " ";
  return words.map((word) => {
    const percent = Math.round(word.confidence * 100);
    const isUnsure = word.confidence < UNSURE;
    return (
      <span key={`${word.start}-${word.text}`}>
        {/* Not a tab stop: an hour of speech has thousands of words, and each line has its own. */}
        <button
          className={isUnsure ? "word unsure" : "word"}
          data-active={word === active || undefined}
          data-start={word.start}
          data-testid="word"
          onClick={() => onSeek(word.start)}
          tabIndex={-1}
          title={isUnsure ? t("transcript.unsure", { percent }) : undefined}
          type="button"
        >
          {word.text}
        </button>
        {gap}
      </span>
    );
  });
}
