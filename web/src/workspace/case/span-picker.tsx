import { Checkbox } from "@mantine/core";
import type { Utterance } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";

/** Words of one utterance, from `first` to `last`, both included. */
export interface Span {
  readonly utterance_id: string;
  readonly first: number;
  readonly last: number;
}

/** Chosen lines: the whole line (null), or some of its words. */
export type Chosen = Readonly<Record<string, Span | null>>;

interface Props {
  readonly utterances: readonly Utterance[];
  readonly value: Chosen;
  readonly onChange: (value: Chosen) => void;
}

/** Tick a line to quote it; then, if fewer words say it, click the first and the last of them. */
export function SpanPicker({ utterances, value, onChange }: Props) {
  const { t } = useText();
  const said = utterances.filter(({ status, text }) => status === "done" && text !== "");
  if (said.length === 0) return null;
  const set = (id: string, chosen: Span | null | undefined) => {
    const { [id]: _, ...rest } = value;
    onChange(chosen === undefined ? rest : { ...rest, [id]: chosen });
  };
  return (
    <fieldset className="span-picker">
      <legend>{t("override.evidence")}</legend>
      <p className="muted small">{t("review.evidenceHint")}</p>
      <div className="evidence-options">
        {said.map((line) => (
          <Line chosen={value[line.id]} key={line.id} line={line} onSet={set} />
        ))}
      </div>
    </fieldset>
  );
}

interface LineProps {
  readonly line: Utterance;
  readonly chosen: Span | null | undefined;
  readonly onSet: (id: string, chosen: Span | null | undefined) => void;
}

function Line({ line, chosen, onSet }: LineProps) {
  const { id, start, text, words, language } = line;
  const isOn = chosen !== undefined;
  return (
    <div>
      <Checkbox
        checked={isOn}
        data-testid="override-evidence"
        label={
          <>
            <span className="time">{formatClock(start)}</span> {isOn ? "" : text}
          </>
        }
        onChange={(event) => onSet(id, event.currentTarget.checked ? null : undefined)}
      />
      {isOn && (
        <p className="span-words" lang={language || undefined}>
          {words.map((word, index) => (
            <button
              aria-pressed={!chosen || (index >= chosen.first && index <= chosen.last)}
              className="span-word"
              data-testid="span-word"
              key={`${word.start}-${word.text}`}
              onClick={() => onSet(id, grown(id, chosen, index))}
              type="button"
            >
              {word.text}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

/** The first click sets one word, the second stretches to another, the third starts anew. */
function grown(utterance_id: string, chosen: Span | null, index: number): Span {
  if (!chosen || chosen.first !== chosen.last) return { utterance_id, first: index, last: index };
  const [first, last] = [Math.min(chosen.first, index), Math.max(chosen.last, index)];
  return { utterance_id, first, last };
}
