import { useState } from "react";
import { unwrap } from "../api/problem";
import type { Accommodations, Interview } from "../api/types";
import { useText } from "../i18n";
import { errorText } from "../i18n/text";
import { Message } from "../ui/message";
import { useClient } from "./use-client";
import type { SittingControls } from "./use-sitting";

interface Props {
  readonly view: Interview;
  readonly controls: SittingControls;
  readonly token: string;
}

const TIMES = ["1", "1.25", "1.5", "2", "none"] as const;
const FLAGS = ["text_answers", "captions_always", "breaks"] as const;

/** What somebody needs to do themselves justice. Saved at once; no reason is asked for. */
export function Needs({ view, controls, token }: Props) {
  const text = useText();
  const { t } = text;
  const client = useClient(token);
  const [chosen, setChosen] = useState<Accommodations>(view.accommodations);
  const [isSaved, setSaved] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isAny = chosen.extra_time !== "1" || FLAGS.some((flag) => chosen[flag]);

  const choose = async (change: Partial<Accommodations>) => {
    const wanted = { ...chosen, ...change };
    setChosen(wanted);
    setError(null);
    try {
      await unwrap(client.PUT("/api/candidate/accommodations", { body: wanted }));
      setSaved(true);
      await controls.load();
    } catch (problem) {
      setChosen(chosen);
      setError(problem);
    }
  };

  return (
    <details className="needs" data-testid="needs" open={isAny || undefined}>
      <summary>{t("needs.title")}</summary>
      <p>{t("needs.lead")}</p>
      <fieldset className="needs-time">
        <legend>{t("needs.time")}</legend>
        {TIMES.map((time) => (
          <label className="pill" key={time}>
            <input
              checked={chosen.extra_time === time}
              data-testid={`time-${time}`}
              name="extra-time"
              onChange={() => void choose({ extra_time: time })}
              type="radio"
            />
            <span>{t(`needs.times.${time.replace(".", "_")}`)}</span>
          </label>
        ))}
      </fieldset>
      {FLAGS.map((flag) => (
        <label className="choice" key={flag}>
          <input
            checked={chosen[flag]}
            data-testid={`need-${flag}`}
            onChange={(event) => void choose({ [flag]: event.target.checked })}
            type="checkbox"
          />
          <span>
            <strong>{t(`needs.${flag}.title`)}</strong>
            <span className="choice-text">{t(`needs.${flag}.text`)}</span>
          </span>
        </label>
      ))}
      <div aria-live="polite">
        {isSaved && error === null && (
          <p className="fine" data-testid="needs-saved">
            {t("needs.saved")}
          </p>
        )}
        {error !== null && <Message tone="danger">{errorText(text, error)}</Message>}
      </div>
    </details>
  );
}
