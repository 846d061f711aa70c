import { useEffect, useRef, useState } from "react";
import type { Client } from "../../api/client";
import type { paths } from "../../api/openapi.gen";
import { unwrap } from "../../api/problem";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Icon } from "../../ui/icons";
import { Message } from "../../ui/message";

export type Recall =
  paths["/api/candidate/answers"]["get"]["responses"][200]["content"]["application/json"];
type Utterance = Recall["questions"][number]["tries"][number]["said"][number];

interface Props {
  readonly said: Utterance;
  readonly isOpen: boolean;
  readonly client: Client;
  readonly onChanged: (recall: Recall) => void;
}

/** What was understood, with its sound, and the candidate's own words beside it. */
export function Said({ said, isOpen, client, onChanged }: Props) {
  const { t } = useText();
  const [isEditing, setEditing] = useState(false);
  const shown = said.status === "done" && said.text !== "";
  const length = formatClock(said.end - said.start);
  return (
    <div className="recall-said" data-testid="said">
      <Play client={client} id={said.id} label={t("recall.play", { length })} />
      <div className="recall-text">
        <p>
          {shown ? said.text : t(`recall.status.${said.status === "done" ? "empty" : said.status}`)}{" "}
          <span className="fine mono">{length}</span>
        </p>
        {said.own_text !== null && !isEditing && (
          <p className="recall-own" data-testid="own-words">
            <span className="fine">{t("recall.own")}</span> {said.own_text}
          </p>
        )}
        {isEditing ? (
          <Edit
            client={client}
            onChanged={onChanged}
            onClose={() => setEditing(false)}
            said={said}
          />
        ) : (
          isOpen && (
            <button
              className="link"
              data-testid="correct"
              onClick={() => setEditing(true)}
              type="button"
            >
              {t(said.own_text === null ? "recall.correct" : "recall.change")}
            </button>
          )
        )}
      </div>
    </div>
  );
}

interface EditProps extends Omit<Props, "isOpen"> {
  readonly onClose: () => void;
}

function Edit({ said, client, onChanged, onClose }: EditProps) {
  const text = useText();
  const { t } = text;
  const [words, setWords] = useState(said.own_text ?? said.text);
  const [error, setError] = useState<unknown>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);

  const save = async (value: string) => {
    try {
      const params = { path: { utterance_id: said.id } };
      const body = { text: value };
      const put = client.PUT("/api/candidate/answers/{utterance_id}/words", { params, body });
      onChanged(await unwrap(put));
      onClose();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <div className="recall-edit">
      <label className="field">
        <span>{t("recall.field")}</span>
        <textarea
          data-testid="own-words-field"
          maxLength={2000}
          onChange={(event) => setWords(event.target.value)}
          ref={field}
          rows={3}
          value={words}
        />
      </label>
      {error !== null && (
        <Message isUrgent tone="danger">
          {errorText(text, error)}
        </Message>
      )}
      <div className="actions">
        <button
          className="button"
          data-testid="own-words-save"
          onClick={() => void save(words.trim() === said.text ? "" : words)}
          type="button"
        >
          {t("recall.save")}
        </button>
        <button className="link" onClick={onClose} type="button">
          {t("action.cancel")}
        </button>
        {said.own_text !== null && (
          <button className="link" onClick={() => void save("")} type="button">
            {t("recall.takeBack")}
          </button>
        )}
      </div>
    </div>
  );
}

interface PlayProps {
  readonly client: Client;
  readonly id: string;
  readonly label: string;
}

/** The sound needs the link's token, which an audio element cannot send. */
function Play({ client, id, label }: PlayProps) {
  const [isOn, setOn] = useState(false);
  const audio = useRef<HTMLAudioElement | null>(null);

  const stop = () => {
    audio.current?.pause();
    if (audio.current) URL.revokeObjectURL(audio.current.src);
    audio.current = null;
    setOn(false);
  };
  useEffect(
    () => () => {
      audio.current?.pause();
      if (audio.current) URL.revokeObjectURL(audio.current.src);
    },
    [],
  );
  const start = async () => {
    setOn(true);
    const params = { path: { utterance_id: id } };
    const { data } = await client.GET("/api/candidate/answers/{utterance_id}/sound", {
      params,
      parseAs: "blob",
    });
    if (!data) return stop();
    const player = new Audio(URL.createObjectURL(data));
    audio.current = player;
    player.onended = stop;
    await player.play().catch(stop);
  };
  return (
    <button
      aria-label={label}
      aria-pressed={isOn}
      className="icon-button"
      data-testid="hear"
      onClick={() => (isOn ? stop() : void start())}
      type="button"
    >
      <Icon name={isOn ? "pause" : "play"} size={18} />
    </button>
  );
}
