import { Select } from "@mantine/core";
import type { ImportQuery, ImportReport } from "../../../api/types";
import { useText } from "../../../i18n";

export type Columns = Pick<
  ImportQuery,
  "column_name" | "column_email" | "column_locale" | "column_time_zone" | "column_deadline"
>;

interface Props {
  readonly report: ImportReport;
  readonly onTell: (columns: Partial<Columns>) => void;
}

const SINGLE = ["email", "locale", "time_zone", "deadline"] as const;

/** Which column holds what; each change is checked at once. */
export function ImportColumns({ report, onTell }: Props) {
  const { t } = useText();
  const { header, mapping, missing } = report;
  const [name, more] = mapping.name ?? [];
  const lack = (field: string) => (missing.includes(field) ? t("bulk.columnMissing") : null);
  return (
    <section className="card stack" data-testid="import-columns">
      <div>
        <h2>{t("bulk.columns")}</h2>
        <p className="muted small">{t("bulk.columnsHint")}</p>
      </div>
      <div className="triple">
        <Select
          data={header}
          data-testid="column-name"
          error={lack("name")}
          label={t("bulk.field.name")}
          onChange={(first) => onTell({ column_name: first ? [first] : [] })}
          value={name ?? null}
        />
        <Select
          clearable
          clearButtonProps={{ "aria-label": t("bulk.clear") }}
          data={header.filter((one) => one !== name)}
          data-testid="column-more"
          disabled={name === undefined}
          label={t("bulk.field.more")}
          onChange={(second) => name && onTell({ column_name: second ? [name, second] : [name] })}
          placeholder={t("bulk.noColumn")}
          value={more ?? null}
        />
        {SINGLE.map((field) => (
          <Select
            clearable={field !== "email"}
            clearButtonProps={{ "aria-label": t("bulk.clear") }}
            data={header}
            data-testid={`column-${field}`}
            error={lack(field)}
            key={field}
            label={t(`bulk.field.${field}`)}
            onChange={(name) => onTell({ [`column_${field}`]: name ?? "" })}
            placeholder={field === "email" ? "" : t("bulk.noColumn")}
            value={mapping[field]?.[0] ?? null}
          />
        ))}
      </div>
    </section>
  );
}
