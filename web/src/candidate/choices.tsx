import { useState } from "react";
import type { Interview, NoticeText, Purpose, Purposes } from "../api/types";
import { useText } from "../i18n";
import { errorText } from "../i18n/text";
import { Message } from "../ui/message";
import type { SittingControls } from "./use-sitting";

interface Props {
  readonly view: Interview;
  readonly words: NoticeText;
  readonly controls: SittingControls;
}

const NOTHING: Purposes = { recording: false, ai_scoring: false, facial_analysis: false };

/** Each purpose by itself, nothing ticked beforehand, and no refusal ends the interview. */
export function Choices({ view, words, controls }: Props) {
  const text = useText();
  const { t } = text;
  const [ticked, setTicked] = useState<Purposes>(NOTHING);
  const [isAsked, setAsked] = useState(false);
  const offered = view.notice.purposes.filter((purpose) => purpose.offered);

  const agree = () => {
    // Whoever overlooked the first box learns here what that would mean; whoever meant it goes on.
    if (!ticked.recording && !isAsked) return setAsked(true);
    void controls.consent(ticked, text.language);
  };
  const toggle = (purpose: Purpose, value: boolean) => {
    setTicked((old) => ({ ...old, [purpose]: value }));
    if (purpose === "recording") setAsked(false);
  };

  return (
    <section className="choices">
      <h2>{t("notice.choices.title")}</h2>
      <p>{t("notice.choices.lead")}</p>
      {offered.map(({ purpose }) => {
        const own = words.purposes[purpose];
        return (
          own && (
            <Choice
              isTicked={ticked[purpose]}
              key={purpose}
              onToggle={(value) => toggle(purpose, value)}
              purpose={purpose}
              words={own}
            />
          )
        );
      })}
      <div aria-live="assertive">
        {isAsked && (
          <Message testId="without-recording" tone="warn">
            {t("notice.withoutRecording")}
          </Message>
        )}
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
          {t(isAsked ? "notice.goOn" : "notice.agree")}
        </button>
        <button
          className="button"
          data-testid="consent-refuse"
          disabled={controls.isBusy}
          onClick={() => void controls.consent({ ...ticked, recording: false }, text.language)}
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
  readonly words: { readonly title: string; readonly text: string; readonly refusal: string };
  readonly isTicked: boolean;
  readonly onToggle: (value: boolean) => void;
}

function Choice({ purpose, words, isTicked, onToggle }: ChoiceProps) {
  const { t } = useText();
  return (
    <label className="choice">
      <input
        checked={isTicked}
        data-testid={`consent-${purpose}`}
        onChange={(event) => onToggle(event.target.checked)}
        type="checkbox"
      />
      <span>
        <strong>{words.title}</strong> <span className="tag">{t("notice.optional")}</span>
        <span className="choice-text">{words.text}</span>
        <span className="choice-text choice-not">{words.refusal}</span>
      </span>
    </label>
  );
}
