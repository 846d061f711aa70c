import type { Objection } from "../../api/problem";
import { ApiProblem } from "../../api/problem";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";

interface Props {
  readonly error: unknown;
  readonly questions: readonly string[];
}

/** Why a plan was not saved; a refused question with the reason and the law it would break. */
export function Refusals({ error, questions }: Props) {
  const text = useText();
  if (!error) return null;
  const found: readonly Objection[] = error instanceof ApiProblem ? error.objections : [];
  return (
    <Message isUrgent testId="plan-refused" title={text.t("errors.title")} tone="danger">
      <p>{errorText(text, error)}</p>
      {found.length > 0 && (
        <ul className="refusals">
          {found.map(({ index, code, reason, laws }) => (
            <li key={`${index}${code}`}>
              <strong>{text.t("planForm.question", { index: index + 1 })}</strong>
              {questions[index] && <q>{questions[index]}</q>}
              <br />
              {text.language === "zh-CN" ? reason.zh : reason.en}
              {laws.length > 0 && <span className="small"> ({laws.join("; ")})</span>}
            </li>
          ))}
        </ul>
      )}
    </Message>
  );
}
