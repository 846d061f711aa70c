import type { Case } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { decimal } from "../format";

export function StatsPanel({ data }: { readonly data: Case }) {
  const text = useText();
  const { t } = text;
  if (data.statistics.length === 0) return <p className="muted">{t("stats.empty")}</p>;
  const indexOf = (id: string) => (data.questions.find((q) => q.id === id)?.index ?? 0) + 1;
  const seconds = (value: number) => t("unit.seconds", { value: decimal(value) });
  return (
    <>
      <p className="muted">{t("stats.lead")}</p>
      <table className="table">
        <thead>
          <tr>
            {["question", "speaking", "rate", "pauses", "longest", "fillers"].map((name) => (
              <th key={name} scope="col">
                {t(`stats.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.statistics.map((row) => (
            <tr key={row.question_id}>
              <td data-label={t("stats.question")}>
                {t("transcript.question", { index: indexOf(row.question_id) })}
              </td>
              <td data-label={t("stats.speaking")}>{seconds(row.speaking_seconds)}</td>
              <td data-label={t("stats.rate")}>
                {row.rate === null
                  ? "–"
                  : `${decimal(row.rate, 0)} ${wordText(text, "unit", row.rate_unit)}`}
              </td>
              <td data-label={t("stats.pauses")}>{row.pauses}</td>
              <td data-label={t("stats.longest")}>{seconds(row.longest_pause)}</td>
              <td data-label={t("stats.fillers")}>{row.fillers}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
