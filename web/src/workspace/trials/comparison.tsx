import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Sheet } from "../../api/types";
import { useText } from "../../i18n";
import { Message } from "../../ui/message";
import { usePlan } from "../queries";

interface Props {
  readonly sheet: Sheet;
  readonly planId: string;
}

type Row = Sheet["comparison"][number];

/** What others and the model said, now that one's own levels are locked. */
export function Comparison({ sheet, planId }: Props) {
  const { t } = useText();
  const names = new Map(usePlan(planId).data?.competencies.map(({ id, name }) => [id, name]));
  const wrong = sheet.comparison.find((row) => row.error_in);
  return (
    <section className="stack" data-testid="comparison">
      <h2>{t("sheets.compared")}</h2>
      {sheet.purpose === "check" && <Verdict row={wrong} />}
      {sheet.comparison.map((row) => (
        <article
          className="card compared"
          data-error={row.error_in || undefined}
          key={row.competency_id}
        >
          <h3>{names.get(row.competency_id) ?? ""}</h3>
          <dl className="compared-levels">
            <Level isOwn level={row.level} name={t("sheets.mine")} />
            {row.others.map((other) => (
              <Level key={other.rater_name} level={other.level} name={other.rater_name} />
            ))}
            <Level level={row.model} name={t("sheets.model")} />
          </dl>
          {row.reason && <p className="reason small">{row.reason}</p>}
        </article>
      ))}
      <p className="muted small">{t(`sheetAfter.${sheet.purpose}`)}</p>
      <div className="page-actions">
        <Button component={Link} to="/sheets">
          {t("sheets.next")}
        </Button>
        <Button component={Link} to={`/cases/${sheet.session_id}`} variant="default">
          {t("sheets.toCase")}
        </Button>
      </div>
    </section>
  );
}

function Verdict({ row }: { readonly row: Row | undefined }) {
  const { t } = useText();
  if (!row) return <Message tone="ok">{t("sheets.noError")}</Message>;
  return (
    <Message testId="error-verdict" tone={row.caught ? "ok" : "warn"}>
      {t(row.caught ? "sheets.caught" : "sheets.missed")}
    </Message>
  );
}

interface LevelProps {
  readonly name: string;
  readonly level: number | null;
  readonly isOwn?: boolean;
}

function Level({ name, level, isOwn = false }: LevelProps) {
  const { t } = useText();
  return (
    <div>
      <dt className="muted small">{name}</dt>
      <dd>
        <span className="level-chip" data-rater={isOwn ? "human" : undefined}>
          {level ?? t("sheets.declined")}
        </span>
      </dd>
    </div>
  );
}
