import { useEffect, useMemo, useState } from "react";
import { candidateClient } from "../api/client";
import { unwrap } from "../api/problem";
import type { Interview } from "../api/types";
import { formatClock, shownClock } from "../core/clock";
import type { Sitting } from "../core/sitting";
import { addTexts, useText } from "../i18n";
import en from "../i18n/en/pace.json";
import { errorText } from "../i18n/text";
import zh from "../i18n/zh-CN/pace.json";
import { Message } from "../ui/message";
import "./pace.css";
import { mute, useThrift } from "./peer";
import { ReadAloud } from "./read-aloud";
import { linkToken } from "./token";
import type { Devices } from "./use-devices";

addTexts({ en, "zh-CN": zh });

interface Props {
  readonly sitting: Sitting;
  readonly devices: Devices;
  readonly question: Interview["questions"][number];
  readonly language: string;
  readonly isLast: boolean;
  readonly isBusy: boolean;
  /** Whether the candidate looks through what was recorded: off the air as well. */
  readonly isReviewing: boolean;
  /** Go on to the next question, or to the review after the last. */
  readonly onGoOn: () => void;
}

type Wish = "answer" | "done" | "again";

/** Think, answer, rest: what may be done now, by the server's clock. Off the air in between. */
export function Pace(props: Props) {
  const { sitting, devices, question, language, isLast, isBusy, isReviewing, onGoOn } = props;
  const text = useText();
  const { t } = text;
  const client = useMemo(() => candidateClient(linkToken() ?? ""), []);
  const [error, setError] = useState<unknown>(null);
  const stage = sitting.stage?.question_id === question.id ? sitting.stage : null;
  const name = stage?.stage ?? "answer";
  const isOff = name !== "answer" || isReviewing;
  const { stream } = devices;

  useEffect(() => {
    mute(stream, isOff);
    return () => mute(stream, false);
  }, [stream, isOff]);

  const wish = async (what: Wish) => {
    setError(null);
    try {
      const body = { question_id: question.id, wish: what };
      await unwrap(client.POST("/api/candidate/stage", { body }));
    } catch (problem) {
      setError(problem);
    }
  };
  const isLive = sitting.phase.name === "live";
  const goOn = (
    <button
      className="button primary large"
      data-testid={isLast ? "finish" : "next"}
      disabled={isBusy || !isLive}
      onClick={onGoOn}
      type="button"
    >
      {isBusy ? t("interview.moving") : t(isLast ? "interview.finish" : "interview.next")}
    </button>
  );
  const left = stage ? stage.takes - stage.take : 0;
  return (
    <div className="pace" data-stage={name} data-testid="pace">
      <p className="pace-note" role="status">
        {name === "think" && t("pace.think")}
        {name === "rest" && t(isLast ? "pace.restLast" : "pace.rest")}
        {name === "answer" &&
          stage &&
          stage.takes > 1 &&
          t("pace.take", { take: stage.take, takes: stage.takes })}
      </p>
      {name !== "rest" && <TimeLeft seconds={stage?.seconds ?? null} sitting={sitting} />}
      <div className="actions">
        {name === "think" && (
          <Press isMain label="pace.answerNow" onPress={() => wish("answer")} testId="answer-now" />
        )}
        {name === "answer" && left > 0 && (
          <Press isMain label="pace.done" onPress={() => wish("done")} testId="answer-done" />
        )}
        {(name === "rest" || (name === "answer" && left === 0)) && goOn}
        {name === "rest" && left > 0 && (
          <Press
            label="pace.again"
            onPress={() => wish("again")}
            testId="again"
            values={{ left }}
          />
        )}
        {name === "answer" && left === 0 && stage && (
          <Press label="pace.pause" onPress={() => wish("done")} testId="pause" />
        )}
        <ReadAloud language={language} text={question.text} />
      </div>
      {error !== null && (
        <Message isUrgent tone="danger">
          {errorText(text, error)}
        </Message>
      )}
      <ThinLine />
    </div>
  );
}

interface PressProps {
  readonly label: string;
  readonly testId: string;
  readonly isMain?: boolean;
  readonly values?: Readonly<Record<string, number>>;
  readonly onPress: () => Promise<void>;
}

function Press({ label, testId, isMain, values, onPress }: PressProps) {
  const { t } = useText();
  const [isBusy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    await onPress();
    setBusy(false);
  };
  return (
    <button
      className={isMain ? "button primary large" : "button large"}
      data-testid={testId}
      disabled={isBusy}
      onClick={() => void press()}
      type="button"
    >
      {t(label, values)}
    </button>
  );
}

const SHORT_SECONDS = 30;
const LOOK_MS = 200;

/** Said once half a minute before the end; the number itself is not read out again and again. */
function TimeLeft({
  seconds,
  sitting,
}: {
  readonly seconds: number | null;
  readonly sitting: Sitting;
}) {
  const { t } = useText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  // A day stands for "no limit".
  if (seconds === null || seconds <= 0 || seconds >= 86_400) return null;
  const left = seconds - shownClock(sitting.clock, now).used;
  const isShort = left <= Math.min(SHORT_SECONDS, seconds / 2);
  return (
    <p className={isShort ? "pace-left is-short" : "pace-left"}>
      <span data-testid="time-left">{t("pace.left", { time: formatClock(Math.ceil(left)) })}</span>
      <span role="status">{isShort ? ` ${t(left > 0 ? "pace.short" : "pace.over")}` : ""}</span>
    </p>
  );
}

/** Calm: nothing is lost, and nothing has to be done. */
function ThinLine() {
  const { t } = useText();
  const level = useThrift();
  return (
    <div data-level={level} data-testid="thrift" role="status">
      {level !== "full" && <p className="pace-note">{t(`pace.thin.${level}`)}</p>}
    </div>
  );
}
