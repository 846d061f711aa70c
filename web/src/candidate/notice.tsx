import { useCallback, useEffect, useState } from "react";
import { unwrap } from "../api/problem";
import type { Interview, NoticePage, NoticeText } from "../api/types";
import { useText } from "../i18n";
import { errorText, wordText } from "../i18n/text";
import { Message } from "../ui/message";
import { Choices } from "./choices";
import { Loading } from "./loading";
import { Needs } from "./needs";
import { useClient } from "./use-client";
import type { SittingControls } from "./use-sitting";

interface Props {
  readonly view: Interview;
  readonly controls: SittingControls;
  readonly token: string;
}

/** The words come from the server, which keeps them by version and knows what really runs there. */
export function Notice({ view, controls, token }: Props) {
  const text = useText();
  const { t } = text;
  const client = useClient(token);
  const [page, setPage] = useState<NoticePage | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { version } = view.notice;

  const read = useCallback(async () => {
    setError(null);
    try {
      setPage(await unwrap(client.GET("/api/candidate/notice")));
    } catch (problem) {
      setError(problem);
    }
  }, [client]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a newer version has other words
  useEffect(() => void read(), [read, version]);

  const words = page?.texts[text.language];
  const seconds = view.questions.reduce((sum, question) => sum + question.seconds, 0);
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const isUnlimited = view.accommodations.extra_time === "none";
  return (
    <div className="column">
      <h1 tabIndex={-1}>{t("notice.title", { job: view.job_title })}</h1>
      <p className="lead">
        {isUnlimited
          ? t("notice.leadUnlimited", { count: view.total_questions })
          : t("notice.lead", { count: view.total_questions, minutes })}
      </p>
      {error !== null && (
        <Message isUrgent tone="danger">
          <p>{errorText(text, error)}</p>
          <button className="button" onClick={() => void read()} type="button">
            {t("action.retry")}
          </button>
        </Message>
      )}
      {!words && error === null && <Loading />}
      {words && (
        <>
          <Sections view={view} words={words} />
          <Needs controls={controls} token={token} view={view} />
          <Choices controls={controls} view={view} words={words} />
          <p className="fine">{t("notice.version", { version })}</p>
        </>
      )}
    </div>
  );
}

const MARKED = new Set(["never", "decides"]);

function Sections({ words, view }: { readonly words: NoticeText; readonly view: Interview }) {
  const { t } = useText();
  return (
    <div className="notice-grid" data-testid="notice">
      {words.sections.map(({ key, title, paragraphs, sources }) => (
        <section
          className="notice-point"
          data-kind={MARKED.has(key) ? "decides" : key}
          data-testid={`notice-${key}`}
          key={key}
        >
          <h2>{title}</h2>
          {paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {key === "kept" && <Kept view={view} />}
          <p className="sources">
            <span className="visually-hidden">{t("notice.sources")} </span>
            {sources.join(" · ")}
          </p>
        </section>
      ))}
    </div>
  );
}

function Kept({ view }: { readonly view: Interview }) {
  const text = useText();
  return (
    <dl className="kept">
      {view.retention.map(({ data_class, days }) => (
        <div key={data_class}>
          <dt>{wordText(text, "retention", data_class)}</dt>
          <dd>{text.t("notice.days", { count: days })}</dd>
        </div>
      ))}
    </dl>
  );
}
