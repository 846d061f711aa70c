import { useEffect, useState } from "react";
import { useText } from "../i18n";

const KEY = "candor.aloud";
const VOICES: Readonly<Record<string, string>> = { zh: "zh-CN", en: "en-US" };

interface Props {
  readonly text: string;
  readonly language: string;
}

/** Reads each question with a voice of the device; off until somebody wants it. */
export function ReadAloud({ text, language }: Props) {
  const { t } = useText();
  const [isOn, setOn] = useState(() => sessionStorage.getItem(KEY) === "yes");
  const isPossible = "speechSynthesis" in window;

  useEffect(() => {
    if (!isOn || !isPossible) return;
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = VOICES[language] ?? "";
    window.speechSynthesis.cancel();
    window.speechSynthesis.speak(spoken);
    return () => window.speechSynthesis.cancel();
  }, [isOn, isPossible, text, language]);

  if (!isPossible) return null;
  const flip = () => {
    sessionStorage.setItem(KEY, isOn ? "no" : "yes");
    setOn(!isOn);
  };
  return (
    <button
      aria-pressed={isOn}
      className="button quiet"
      data-testid="read-aloud"
      onClick={flip}
      type="button"
    >
      {t(isOn ? "pace.aloudOff" : "pace.aloud")}
    </button>
  );
}
