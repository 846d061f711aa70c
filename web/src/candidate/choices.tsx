import { useState } from "react";
import type { Interview, Purpose, Purposes } from "../api/types";
import { useText } from "../i18n";
import { errorText } from "../i18n/text";
import { Message } from "../ui/message";
import type { SittingControls } from "./use-sitting";

interface Props {
  readonly view: Interview;
  readonly controls: SittingControls;
}

const NOTHING: Purposes = { recording: false, ai_scoring: false, facial_analysis: false };

/** Nothing is ticked beforehand, and saying no is one press, as saying yes is. */
export function Choices({ view, controls }: Props) {
  const text = useText();
  const { t } = text;
  const [ticked, setTicked] = useState<Purposes>(NOTHING);
  const [isMissing, setMissing] = useState(false);
  const offered = view.notice.purposes.filter((purpose) => purpose.offered);

  const agree = () => {
    setMissing(!ticked.recording);
    if (ticked.recording) void controls.consent(ticked, text.language);
  };
  const toggle = (purpose: Purpose, value: boolean) => {
    setTicked((old) => ({ ...old, [purpose]: value }));
    if (purpose === "recording") setMissing(false);
  };

  return (
    <section className="choices">
      <h2>{t("notice.choices.title")}</h2>
      <p>{t("notice.choices.lead")}</p>
      {offered.map(({ purpose, required }) => (
        <Choice
          isInvalid={purpose === "recording" && isMissing}
          isTicked={ticked[purpose]}
          key={purpose}
          onToggle={(value) => toggle(purpose, value)}
          purpose={purpose}
          required={required}
        />
      ))}
      <div aria-live="assertive">
        {isMissing && <Message tone="danger">{t("notice.needRecording")}</Message>}
        {controls.error !== null && (
          <Message tone="danger">{errorText(text, controls.error)}</Message>
        )}
      </div>
      <div className="actions">
        <button
          className="button primary"
          data-testid="consent-agree"
          disabled={controls.isBusy}
          onClick={agree}
          type="button"
        >
          {t("notice.agree")}
        </button>
        <button
          className="button"
          data-testid="consent-refuse"
          disabled={controls.isBusy}
          onClick={() => void controls.consent(NOTHING, text.language)}
          type="button"
        >
          {t("notice.refuse")}
        </button>
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly purpose: Purpose;
  readonly required: boolean;
  readonly isTicked: boolean;
  readonly isInvalid: boolean;
  readonly onToggle: (value: boolean) => void;
}

function Choice({ purpose, required, isTicked, isInvalid, onToggle }: ChoiceProps) {
  const { t } = useText();
  return (
    <label className="choice" data-invalid={isInvalid || undefined}>
      <input
        aria-invalid={isInvalid || undefined}
        checked={isTicked}
        data-testid={`consent-${purpose}`}
        onChange={(event) => onToggle(event.target.checked)}
        type="checkbox"
      />
      <span>
        <strong>{t(`notice.${purpose}.title`)}</strong>{" "}
        <span className="tag">{required ? t("notice.needed") : t("notice.optional")}</span>
        <span className="choice-text">{t(`notice.${purpose}.text`)}</span>
      </span>
    </label>
  );
}
