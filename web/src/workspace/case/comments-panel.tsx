import { Button, Checkbox } from "@mantine/core";
import { Fragment, useEffect, useRef, useState } from "react";
import type { Comment } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { Loaded } from "../parts/load-state";
import { useMay } from "../queries";
import { MentionInput } from "./mention-input";
import { useAddComment, useCasePeople, useComments } from "./use-work";

interface Props {
  readonly caseId: string;
  readonly time: number;
  readonly onSeek: (time: number) => void;
  /** Put the caret into the field, as the shortcut asks. */
  readonly isWriting: boolean;
}

export function CommentsPanel({ caseId, time, onSeek, isWriting }: Props) {
  const { t } = useText();
  const comments = useComments(caseId);
  return (
    <div className="stack">
      <Loaded query={comments}>
        {(found) =>
          found.length === 0 ? (
            <p className="muted">{t("comment.none")}</p>
          ) : (
            <ol className="said-list" data-testid="comments">
              {found.map((comment) => (
                <Remark comment={comment} key={comment.id} onSeek={onSeek} />
              ))}
            </ol>
          )
        }
      </Loaded>
      {useMay()("cases.rate") && <Write caseId={caseId} isWriting={isWriting} time={time} />}
    </div>
  );
}

function Remark({ comment, onSeek }: { comment: Comment; onSeek: (time: number) => void }) {
  const { dateTime } = useDates();
  const { by, text, at, mentions, created_at } = comment;
  return (
    <li className="card remark" data-testid="comment">
      <p className="card-line small">
        <strong>{by.name}</strong>
        <span className="muted">{dateTime(created_at)}</span>
      </p>
      <p className="letter-text">
        <Called names={mentions.map(({ name }) => name)} text={text} />
      </p>
      {at !== null && (
        <button className="chip" onClick={() => onSeek(at)} type="button">
          ▸ {formatClock(at)}
        </button>
      )}
    </li>
  );
}

/** The text with the names of who was called set off. */
function Called({ text, names }: { readonly text: string; readonly names: readonly string[] }) {
  const parts = names.reduce<string[]>(
    (found, name) =>
      found.flatMap((part) => (part === `@${name}` ? [part] : splitAt(part, `@${name}`))),
    [text],
  );
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text in its order
    <Fragment key={index}>
      {names.some((name) => part === `@${name}`) ? <mark className="called">{part}</mark> : part}
    </Fragment>
  ));
}

function splitAt(text: string, word: string): string[] {
  return text
    .split(word)
    .flatMap((piece, index) => (index === 0 ? [piece] : [word, piece]))
    .filter((piece) => piece !== "");
}

function Write({ caseId, time, isWriting }: Omit<Props, "onSeek">) {
  const translator = useText();
  const { t } = translator;
  const add = useAddComment(caseId);
  const people = useCasePeople().data ?? [];
  const [text, setText] = useState("");
  const [isAt, setAt] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (isWriting) field.current?.focus();
  }, [isWriting]);
  const send = () => {
    if (text.trim() === "" || add.isPending) return;
    const mentions = people.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
    add.mutate(
      { text: text.trim(), at: isAt ? time : null, mentions },
      {
        onSuccess: () => {
          setText("");
          setAt(false);
        },
      },
    );
  };
  return (
    <div className="stack">
      <MentionInput onChange={setText} onSubmit={send} people={people} ref={field} value={text} />
      {add.error && (
        <Message isUrgent tone="danger">
          {errorText(translator, add.error)}
        </Message>
      )}
      <div className="page-actions">
        <Button data-testid="comment-send" loading={add.isPending} onClick={send}>
          {t("comment.send")}
        </Button>
        <Checkbox
          checked={isAt}
          label={t("comment.at", { time: formatClock(time) })}
          onChange={(event) => setAt(event.currentTarget.checked)}
        />
      </div>
    </div>
  );
}
