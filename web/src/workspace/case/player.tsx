import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Case } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { type Player as PlayerState, SPEEDS } from "./use-player";

interface Props {
  /** A case, or as much of one as is shown; the duration is that of the whole session. */
  readonly data: {
    readonly session: { readonly duration: number };
    readonly questions: Case["questions"];
  };
  readonly player: PlayerState;
}

export function Player({ data, player }: Props) {
  const { t } = useText();
  const { segment, segments, index, video, handlers, toggle } = player;
  const [failed, setFailed] = useState<string | null>(null);
  if (!segment) {
    return <div className="no-recording muted">{t("case.noRecording")}</div>;
  }
  return (
    <>
      {/* Its captions are the transcript beside it. */}
      <video
        className="video"
        data-testid="recording"
        onClick={toggle}
        onError={() => setFailed(segment.id)}
        playsInline
        preload="metadata"
        ref={video}
        src={segment.url}
        {...handlers}
      />
      {failed === segment.id && (
        <p className="danger" role="alert">
          {t("case.noMedia")}
        </p>
      )}
      <Controls data={data} player={player} />
      {segments.length > 1 && (
        <p className="muted small">
          {t("case.recordingPart", { index: index + 1, total: segments.length })}
        </p>
      )}
      <Chapters data={data} player={player} />
    </>
  );
}

function Controls({ data, player }: Props) {
  const { t } = useText();
  const { isPlaying, time, seek, toggle } = player;
  const end = Math.max(data.session.duration, time);
  return (
    <div className="controls">
      <button
        aria-label={t(isPlaying ? "case.pause" : "case.play")}
        className="round"
        data-testid="play"
        onClick={toggle}
        type="button"
      >
        <Icon name={isPlaying ? "pause" : "play"} />
      </button>
      <input
        aria-label={t("case.position")}
        aria-valuetext={formatClock(time)}
        className="seek"
        data-testid="seek"
        max={end}
        min={0}
        onChange={(event) => seek(Number(event.currentTarget.value))}
        step={0.1}
        type="range"
        value={time}
      />
      <span className="time" data-testid="time">
        {formatClock(time)} / {formatClock(end)}
      </span>
      <NativeSelect
        aria-label={t("review.speed")}
        data={SPEEDS.map((value) => ({ value: String(value), label: `${value}×` }))}
        data-testid="speed"
        onChange={(event) => player.setSpeed(Number(event.currentTarget.value))}
        size="xs"
        value={String(player.speed)}
      />
    </div>
  );
}

function Chapters({ data, player }: Props) {
  const { t } = useText();
  const asked = data.questions.filter((question) => question.started !== null);
  if (asked.length === 0) return null;
  return (
    <nav aria-label={t("case.chapters")}>
      <ol className="chapters">
        {asked.map((question) => (
          <li key={question.id}>
            <button
              aria-current={isNow(question, player.time) || undefined}
              onClick={() => player.seek(question.started ?? 0)}
              title={question.text}
              type="button"
            >
              <span className="chapter-n">{question.index + 1}</span>
              <span className="time">{formatClock(question.started ?? 0)}</span>
              <span className="chapter-text">{question.text}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function isNow(question: Case["questions"][number], time: number): boolean {
  const { started, ended } = question;
  return started !== null && time >= started && (ended === null || time < ended);
}
