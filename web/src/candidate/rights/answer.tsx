import { useId } from "react";
import type { Interview } from "../../api/types";
import type { DraftState } from "../../core/drafts";
import { useText } from "../../i18n";

interface Props {
  readonly question: Interview["questions"][number];
  readonly language: string;
  readonly text: string;
  readonly state: DraftState;
  readonly onWrite: (text: string) => void;
}

const MOST_CHARS = 20_000;

export function Answer({ question, language, text, state, onWrite }: Props) {
  const { t } = useText();
  const id = useId();
  return (
    <li className="answer">
      <label htmlFor={id} lang={language || undefined}>
        {question.text}
      </label>
      <textarea
        aria-describedby={`${id}-state`}
        data-testid={`answer-${question.index}`}
        id={id}
        lang={language || undefined}
        maxLength={MOST_CHARS}
        onChange={(event) => onWrite(event.target.value)}
        rows={7}
        value={text}
      />
      <p
        className="answer-state"
        data-state={state}
        data-testid={`answer-state-${question.index}`}
        id={`${id}-state`}
        role="status"
      >
        {t(`written.state.${state}`)}
      </p>
    </li>
  );
}
