import { Stack } from "@mantine/core";
import type { Rating } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { EvidenceList } from "./evidence-list";

interface Props {
  readonly rating: Rating;
  readonly onSeek: (time: number) => void;
}

/** What a language model thinks, kept apart from the level in force. */
export function SecondOpinion({ rating, onSeek }: Props) {
  const text = useText();
  const { t } = text;
  const { dateTime } = useDates();
  const { level, abstained, evidence, rater_name, rater_version, created_at } = rating;
  const opinion = rating.detail.opinion;
  if (!opinion) return null;
  const levels = opinion.runs.map((run) => run.level ?? t("opinion.none")).join(" · ");
  const reason = opinion.runs.find((run) => run.level === level)?.reason;
  const verdict = level === null ? t("rating.abstained") : t("rating.level", { level });
  const who = t("rating.versionShort", { name: rater_name, version: rater_version }).trim();
  return (
    <details className="why" open={opinion.doubt !== null}>
      <summary data-testid="second-opinion">{t("opinion.title", { verdict })}</summary>
      <Stack gap="sm">
        {opinion.doubt && <Message tone="warn">{wordText(text, "opinion", opinion.doubt)}</Message>}
        {abstained && <p className="small">{wordText(text, "abstain", abstained)}</p>}
        {level !== null && reason && <p className="small">{reason}</p>}
        <EvidenceList evidence={evidence} hasLevel={false} onSeek={onSeek} />
        <p className="muted small">{t("opinion.runs", { levels })}</p>
        {opinion.invented > 0 && (
          <p className="muted small">{t("opinion.invented", { count: opinion.invented })}</p>
        )}
        <p className="muted small">
          {t("opinion.lead")} {t("rating.by", { name: who, at: dateTime(created_at) })}
        </p>
      </Stack>
    </details>
  );
}

/** The newest opinion of each language model; the server sends the newest first. */
export function newestOpinions(history: readonly Rating[]): readonly Rating[] {
  const seen = new Set<string>();
  return history.filter(({ detail, rater_name }) => {
    if (!detail.opinion || seen.has(rater_name)) return false;
    seen.add(rater_name);
    return true;
  });
}
