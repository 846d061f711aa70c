import { useEffect, useState } from "react";
import { unwrap } from "../api/problem";
import { useText } from "../i18n";
import { errorText } from "../i18n/text";
import { Message } from "../ui/message";
import { useClient } from "./use-client";

interface Props {
  readonly token: string;
  readonly onWrite: () => void;
  readonly onReconsider: () => void;
}

/** No recording is no end: the same questions in writing, or a person to talk with. */
export function Refused({ token, onWrite, onReconsider }: Props) {
  const text = useText();
  const { t } = text;
  const client = useClient(token);
  const [isAsked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    const look = async () => {
      const { requests } = await unwrap(client.GET("/api/candidate/rights"));
      setAsked(requests.some(({ kind, state }) => kind === "conversation" && state === "open"));
    };
    look().catch(() => undefined); // asking again is refused with a sentence of its own
  }, [client]);

  const ask = async () => {
    setError(null);
    try {
      const body = { kind: "conversation" } as const;
      await unwrap(client.POST("/api/candidate/rights/requests", { body }));
      setAsked(true);
    } catch (problem) {
      setError(problem);
    }
  };

  return (
    <div className="column" data-testid="refused">
      <h1 tabIndex={-1}>{t("refused.title")}</h1>
      <p className="lead">{t("refused.text")}</p>
      <div className="ways">
        <section className="way">
          <h2>{t("refused.write.title")}</h2>
          <p>{t("refused.write.text")}</p>
          <button className="button primary" data-testid="write" onClick={onWrite} type="button">
            {t("refused.write.action")}
          </button>
        </section>
        <section className="way">
          <h2>{t("refused.talk.title")}</h2>
          <p>{t("refused.talk.text")}</p>
          {isAsked ? (
            <p data-testid="talk-asked" role="status">
              <strong>{t("refused.talk.asked")}</strong>
            </p>
          ) : (
            <button className="button" data-testid="talk" onClick={() => void ask()} type="button">
              {t("refused.talk.action")}
            </button>
          )}
          {error !== null && (
            <Message isUrgent tone="danger">
              {errorText(text, error)}
            </Message>
          )}
        </section>
      </div>
      <div className="actions">
        <button
          className="button quiet"
          data-testid="reconsider"
          onClick={onReconsider}
          type="button"
        >
          {t("refused.reconsider")}
        </button>
      </div>
    </div>
  );
}
