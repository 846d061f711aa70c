import { useState } from "react";
import { unwrap } from "../../api/problem";
import type { RightsStatus } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useClient } from "../use-client";
import { day, save } from "./format";

interface Props {
  readonly token: string;
  readonly status: RightsStatus;
  readonly onChange: (status: RightsStatus) => void;
}

type Request = RightsStatus["requests"][number];

/** What was asked for, and what became of it. */
export function Asked({ token, status, onChange }: Props) {
  const text = useText();
  const { t, language } = text;
  const client = useClient(token);
  const [error, setError] = useState<unknown>(null);
  const { contests, requests } = status;
  if (contests.length + requests.length === 0) return null;

  const run = async (work: () => Promise<void>) => {
    setError(null);
    await work().catch(setError);
  };
  const path = (request: Request) => ({ path: { request_id: request.id } });
  const takeBack = (request: Request) =>
    run(async () => {
      const url = "/api/candidate/rights/requests/{request_id}/revoke";
      onChange(await unwrap(client.POST(url, { params: path(request) })));
    });
  const fetchCopy = (request: Request) =>
    run(async () => {
      const url = "/api/candidate/rights/requests/{request_id}/copy";
      const options = { params: path(request), parseAs: "blob" as const };
      save(await unwrap<Blob>(client.GET(url, options)), "my-interview.zip");
    });

  return (
    <section aria-labelledby="asked-title" className="panel no-print" data-testid="asked">
      <h2 id="asked-title">{t("asked.title")}</h2>
      <ul className="asked">
        {contests.map((contest) => (
          <li data-testid="contest" key={contest.id}>
            <strong>{t(`asked.contest.${contest.kind}`)}</strong>{" "}
            <span className="tag">{t(contest.answered_at ? "asked.answered" : "asked.open")}</span>
            {contest.text && <blockquote>{contest.text}</blockquote>}
            {contest.answer && (
              <p className="reply">
                <span className="visually-hidden">{t("asked.reply")} </span>
                {contest.answer}
              </p>
            )}
          </li>
        ))}
        {requests.map((request) => (
          <li data-testid={`request-${request.kind}`} key={request.id}>
            <strong>{t(`asked.request.${request.kind}`)}</strong>{" "}
            <span className="tag">{t(`asked.${request.state}`)}</span>
            {request.state === "open" && (
              <p className="fine">{t("asked.due", { day: day(request.due_at, language) })}</p>
            )}
            {request.note && <p className="reply">{request.note}</p>}
            <div className="actions">
              {request.state === "ready" && (
                <button
                  className="button primary"
                  data-testid="copy-fetch"
                  onClick={() => void fetchCopy(request)}
                  type="button"
                >
                  {t("asked.fetch")}
                </button>
              )}
              {request.state === "open" && (
                <button
                  className="button"
                  data-testid={`take-back-${request.kind}`}
                  onClick={() => void takeBack(request)}
                  type="button"
                >
                  {t("asked.takeBack")}
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {error !== null && (
        <Message isUrgent tone="danger">
          {errorText(text, error)}
        </Message>
      )}
    </section>
  );
}
