import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import type { ImportReport as Report } from "../../../api/types";
import { useText } from "../../../i18n";
import { Message } from "../../../ui/message";

interface Props {
  readonly report: Report;
  readonly isBusy: boolean;
  readonly onConfirm: (leaveOut: boolean, digest: string) => void;
}

type Note = Report["errors"][number];
const SHOWN = 200;

export function ImportReport({ report, isBusy, onConfirm }: Props) {
  const { t } = useText();
  const [leaveOut, setLeaveOut] = useState(false);
  const { errors, good, warnings } = report;
  const bad = new Set(errors.map(({ line }) => line)).size;
  if (report.missing.length > 0) return null;
  return (
    <section className="stack" data-testid="import-report">
      <div>
        <h2>{t("bulk.report")}</h2>
        <p className="muted" role="status">
          {t("bulk.summary", { rows: report.rows, good, bad })} · {report.kind.toUpperCase()} ·{" "}
          {report.encoding}
        </p>
      </div>
      {errors.length > 0 && (
        <Notes notes={errors} reasons={report.reasons} title={t("bulk.errors")} />
      )}
      {warnings.length > 0 && (
        <Notes notes={warnings} reasons={report.reasons} title={t("bulk.warnings")} />
      )}
      {good > 0 && <Preview report={report} />}
      {bad > 0 && good > 0 && (
        <Checkbox
          checked={leaveOut}
          data-testid="import-leave-out"
          label={t("bulk.leaveOut", { count: bad })}
          onChange={(event) => setLeaveOut(event.currentTarget.checked)}
        />
      )}
      {good === 0 && <Message tone="warn">{t("bulk.nobody")}</Message>}
      <div className="page-actions">
        <Button
          data-testid="import-confirm"
          disabled={good === 0 || (bad > 0 && !leaveOut)}
          loading={isBusy}
          onClick={() => onConfirm(leaveOut && bad > 0, report.digest)}
        >
          {t("bulk.confirm", { count: good })}
        </Button>
      </div>
    </section>
  );
}

interface NotesProps {
  readonly title: string;
  readonly notes: readonly Note[];
  readonly reasons: Report["reasons"];
}

function Notes({ title, notes, reasons }: NotesProps) {
  const { t, language } = useText();
  return (
    <div className="stack">
      <h3>{title}</h3>
      <table className="table compact" data-testid="import-notes">
        <thead>
          <tr>
            <th scope="col">{t("bulk.line")}</th>
            <th scope="col">{t("bulk.column")}</th>
            <th scope="col">{t("bulk.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {notes.slice(0, SHOWN).map(({ line, column, code, other_line }) => (
            <tr key={`${line} ${column} ${code}`}>
              <td data-label={t("bulk.line")}>{line}</td>
              <td className="break" data-label={t("bulk.column")}>
                {column || "–"}
              </td>
              <td data-label={t("bulk.reason")}>
                {reasons[code]?.[language] ?? code}
                {other_line ? ` (${t("bulk.line")} ${other_line})` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More count={notes.length - SHOWN} />
    </div>
  );
}

function Preview({ report }: { readonly report: Report }) {
  const { t } = useText();
  return (
    <div className="stack">
      <h3>{t("bulk.good")}</h3>
      <table className="table compact" data-testid="import-preview">
        <thead>
          <tr>
            {(["line", "field.name", "field.email", "field.locale", "field.deadline"] as const).map(
              (name) => (
                <th key={name} scope="col">
                  {t(`bulk.${name}`)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {report.preview.map((row) => (
            <tr key={row.line}>
              <td data-label={t("bulk.line")}>{row.line}</td>
              <td className="break strong" data-label={t("bulk.field.name")}>
                {row.name}
              </td>
              <td className="break" data-label={t("bulk.field.email")}>
                {row.email}
              </td>
              <td data-label={t("bulk.field.locale")}>{t(`language.${row.locale}`)}</td>
              <td data-label={t("bulk.field.deadline")}>{row.local_deadline}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <More count={report.good - report.preview.length} />
    </div>
  );
}

function More({ count }: { readonly count: number }) {
  const { t } = useText();
  return count > 0 ? <p className="muted small">{t("bulk.more", { count })}</p> : null;
}
