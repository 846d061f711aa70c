import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { CaptionList } from "../../ui/captions";
import { Message } from "../../ui/message";
import { FreezePanel } from "./freeze-panel";
import { useLiveEvents } from "./use-live-events";

export function LiveCaptions({ sessionId }: { readonly sessionId: string }) {
  const text = useText();
  const { t } = text;
  const { view, isBroken } = useLiveEvents(sessionId);
  const { question, warning, savedUntil, captions } = view;
  return (
    <section className="card live-captions" data-testid="live-captions">
      <h2>{t("live.captions")}</h2>
      {question && (
        <p className="live-question">
          <span className="muted small">
            {t("live.question", { index: question.index + 1, total: question.total })}
          </span>
          <br />
          {question.text}
        </p>
      )}
      {warning && warning !== "resumed" && (
        <p className="chip" data-need="warning">
          {wordText(text, "warning", warning)}
        </p>
      )}
      {question && <FreezePanel questionId={question.question_id} sessionId={sessionId} />}
      <CaptionList captions={captions} empty={t("live.waiting")} label={t("live.captions")} />
      <p className="muted small" role="status">
        {view.isOver && t("live.ended")}
        {isBroken && !view.isOver && t("live.broken")}
        {!isBroken && !view.isOver && t("live.saved", { time: formatClock(savedUntil) })}
      </p>
      {warning === "storage_full" && (
        <Message tone="danger" isUrgent>
          {wordText(text, "warning", "storage_full")}
        </Message>
      )}
    </section>
  );
}
