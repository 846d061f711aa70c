import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Outline } from "../../../api/types";
import { useText } from "../../../i18n";
import { Message } from "../../../ui/message";
import { CitedText } from "./cited-text";
import { SetAside } from "./set-aside";
import { toForm } from "./sketch";

interface Props {
  readonly outline: Outline;
  readonly description: string;
  readonly resume: string;
  readonly onBack: () => void;
}

/** Questions beside the text that each of them comes from. */
export function OutlineResult({ outline, description, resume, onBack }: Props) {
  const { t } = useText();
  const navigate = useNavigate();
  const [active, setActive] = useState<number | null>(null);
  const [chosen, setChosen] = useState(() => outline.questions.map(() => true));
  const count = chosen.filter(Boolean).length;
  const use = () => void navigate("/plans/new", { state: { form: toForm(outline, chosen) } });
  return (
    <>
      <div className="outline-actions">
        <Button data-testid="outline-use" disabled={count === 0} onClick={use}>
          {t("outline.use", { count })}
        </Button>
        <Button onClick={onBack} variant="default">
          {t("outline.again")}
        </Button>
      </div>
      <div className="outline-grid">
        <div className="stack">
          <ol className="cards single" data-testid="outline-questions">
            {outline.questions.map((question, index) => (
              <li
                className="card outline-question"
                data-active={index === active || undefined}
                key={question.text.en}
              >
                <Checkbox
                  checked={chosen[index] ?? false}
                  label={outline.plan.questions[index]?.text ?? ""}
                  onChange={({ currentTarget }) => {
                    const { checked } = currentTarget;
                    setChosen((old) => old.map((one, i) => (i === index ? checked : one)));
                  }}
                />
                <p className="muted small">{competencyName(outline, question.competency)}</p>
                <ul className="cites">
                  {question.citations.map(({ source, start, quote }) => (
                    <li key={`${source}${start}`}>
                      <button
                        aria-pressed={index === active}
                        className="cite"
                        data-source={source}
                        onClick={() => setActive(index === active ? null : index)}
                        type="button"
                      >
                        <span className="muted">{t(`outlineFrom.${source}`)}</span> {quote}
                      </button>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
          <SetAside items={outline.set_aside} />
          <Message tone="info">{t("outline.yours")}</Message>
        </div>
        <div className="stack outline-texts">
          <CitedText active={active} outline={outline} source="job" text={description} />
          {resume && <CitedText active={active} outline={outline} source="cv" text={resume} />}
        </div>
      </div>
    </>
  );
}

function competencyName({ plan }: Outline, key: string): string {
  return plan.competencies.find((one) => one.key === key)?.name ?? key;
}
