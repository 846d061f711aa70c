import "./texts";
import { useCallback, useEffect, useState } from "react";
import { unwrap } from "../../api/problem";
import type { Interview, Written as WrittenView } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { Loading } from "../loading";
import { useClient } from "../use-client";
import { Answer } from "./answer";
import { moment } from "./format";
import { HandIn } from "./hand-in";
import { useDrafts } from "./use-drafts";

interface Props {
  readonly view: Interview;
  readonly token: string;
  readonly onDone: (view: Interview) => void;
  readonly onBack: (() => void) | null;
}

/** The same questions in writing: everything is kept as it is typed, on whichever device. */
export default function Written({ view, token, onDone, onBack }: Props) {
  const { t } = useText();
  const client = useClient(token);
  const [written, setWritten] = useState<WrittenView | null>(null);
  const [error, setError] = useState<unknown>(null);

  const read = useCallback(async () => {
    setError(null);
    try {
      setWritten(await unwrap(client.GET("/api/candidate/written")));
    } catch (problem) {
      setError(problem);
    }
  }, [client]);
  useEffect(() => void read(), [read]);

  return (
    <div className="column" data-testid="written">
      <h1 tabIndex={-1}>{t("written.title")}</h1>
      <p className="lead">{t("written.lead", { count: view.total_questions })}</p>
      {error !== null && <Problem error={error} onRetry={() => void read()} />}
      {!written && error === null && <Loading />}
      {written && <Sheet onDone={onDone} token={token} view={view} written={written} />}
      {onBack && (
        <div className="actions">
          <button
            className="button quiet"
            data-testid="written-back"
            onClick={onBack}
            type="button"
          >
            {t("written.back")}
          </button>
        </div>
      )}
    </div>
  );
}

function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const text = useText();
  return (
    <Message isUrgent tone="danger">
      <p>{errorText(text, error)}</p>
      <button className="button" onClick={onRetry} type="button">
        {text.t("action.retry")}
      </button>
    </Message>
  );
}

interface SheetProps {
  readonly view: Interview;
  readonly token: string;
  readonly written: WrittenView;
  readonly onDone: (view: Interview) => void;
}

function Sheet({ view, token, written, onDone }: SheetProps) {
  const text = useText();
  const { t } = text;
  const { drafts, endsAt, submit, isBusy, error } = useDrafts({ view, token, written, onDone });
  const answered = view.questions.filter(({ id }) => drafts.text(id).trim() !== "").length;
  return (
    <>
      {endsAt && (
        <p className="until" data-testid="written-until">
          {t("written.until", { time: moment(endsAt, text.language) })}
        </p>
      )}
      <ol className="answers">
        {view.questions.map((question) => (
          <Answer
            key={question.id}
            language={view.language}
            onWrite={(value) => drafts.write(question.id, value)}
            question={question}
            state={drafts.state(question.id)}
            text={drafts.text(question.id)}
          />
        ))}
      </ol>
      {error !== null && (
        <Message isUrgent tone="danger">
          {errorText(text, error)}
        </Message>
      )}
      <HandIn answered={answered} isBusy={isBusy} onConfirm={submit} total={view.total_questions} />
    </>
  );
}
