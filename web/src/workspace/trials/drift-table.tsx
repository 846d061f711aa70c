import type { Adoption } from "../../api/types";
import { useText } from "../../i18n";
import { figure } from "./numbers";

const TONES = { none: "quiet", watch: "warn", alarm: "bad" } as const;

/** Each version of the model in each month, held against the first. */
export function DriftTable({ rows }: { readonly rows: Adoption["drift"] }) {
  const { t } = useText();
  const columns = ["month", "version", "n", "psi", "error", "moved", "drift"] as const;
  return (
    <section>
      <h2 className="section">{t("drift.title")}</h2>
      <p className="muted small">{t("drift.lead")}</p>
      {rows.length === 0 ? (
        <p>{t("adoption.nothing")}</p>
      ) : (
        <table className="table compact drift" data-testid="drift">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {t(`drift.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.month}:${row.version}`}>
                <td data-label={t("drift.month")}>{row.month}</td>
                <td className="break" data-label={t("drift.version")}>
                  {row.version}
                </td>
                <td data-label={t("drift.n")}>{row.n}</td>
                <td data-label={t("drift.psi")}>{figure(row.psi)}</td>
                <td data-label={t("drift.error")}>{figure(row.error)}</td>
                <td data-label={t("drift.moved")}>{figure(row.moved)}</td>
                <td data-label={t("drift.drift")}>
                  <span className="state" data-tone={TONES[row.drift]}>
                    {t(`driftLevel.${row.drift}`)}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
