import { useCallback, useEffect, useMemo, useState } from "react";
import { type Client, candidateClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import { formatClock } from "../../core/clock";
import { addTexts, useText } from "../../i18n";
import en from "../../i18n/en/recall.json";
import { errorText } from "../../i18n/text";
import zh from "../../i18n/zh-CN/recall.json";
import { Message } from "../../ui/message";
import { linkToken } from "../token";
import { type Recall, Said } from "./said";
import "./review.css";

addTexts({ en, "zh-CN": zh });

/** Transcripts of the last words come in while one reads the first. */
const EVERY_MS = 2500;

function useRecall(client: Client) {
  const [recall, setRecall] = useState<Recall | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(async () => {
    try {
      setRecall(await unwrap(client.GET("/api/candidate/answers")));
      setError(null);
    } catch (problem) {
      setError(problem);
    }
  }, [client]);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), EVERY_MS);
    return () => clearInterval(timer);
  }, [load]);
  return { recall, error, setRecall };
}

export default function Review() {
  const text = useText();
  const { t } = text;
  const client = useMemo(() => candidateClient(linkToken() ?? ""), []);
  const { recall, error, setRecall } = useRecall(client);

  if (error !== null) return <Message tone="danger">{errorText(text, error)}</Message>;
  if (!recall) return <p className="loading">{t("loading")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section aria-label={t("recall.label")} className="recall" data-testid="recall" tabIndex={0}>
      <p className="fine">{t("recall.lead")}</p>
      <ol className="recall-questions">
        {recall.questions.map((question) => (
          <li key={question.question_id}>
            <h3>{question.text}</h3>
            {question.tries.length === 0 && <p className="fine">{t("recall.notAsked")}</p>}
            {question.tries.map((attempt) => (
              <div className="recall-try" data-replaced={attempt.is_replaced} key={attempt.number}>
                {question.tries.length > 1 && (
                  <p className="fine">
                    {t(attempt.is_replaced ? "recall.replaced" : "recall.counts", {
                      number: attempt.number,
                    })}
                    {attempt.seconds !== null && ` · ${formatClock(attempt.seconds)}`}
                  </p>
                )}
                {attempt.said.length === 0 && <p className="fine">{t("recall.nothing")}</p>}
                {attempt.said.map((said) => (
                  <Said
                    client={client}
                    isOpen={recall.is_open}
                    key={said.id}
                    onChanged={setRecall}
                    said={said}
                  />
                ))}
              </div>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
