import { Button } from "@mantine/core";
import { useNavigate } from "react-router";
import type { SheetTask, SheetTasks } from "../../api/types";
import { formatClock } from "../../core/clock";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useDates } from "../format";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { percent } from "./numbers";
import { useOpenSheet, useTasks } from "./use-trials";

const PURPOSES = ["trial", "rerate", "check"] as const;

/** What one is asked to rate without seeing what others said; and by what rules. */
export default function SheetsPage() {
  const { t } = useText();
  const tasks = useTasks();
  return (
    <>
      <PageHead lead={t("sheets.lead")} title={t("sheets.title")} />
      <Loaded query={tasks}>
        {(found) => (
          <>
            {found.items.length === 0 ? (
              <Empty text={t("sheets.emptyText")} title={t("sheets.emptyTitle")} />
            ) : (
              PURPOSES.map((purpose) => (
                <Group
                  items={found.items.filter((item) => item.purpose === purpose)}
                  key={purpose}
                  purpose={purpose}
                />
              ))
            )}
            <Policy policy={found.policy} />
          </>
        )}
      </Loaded>
    </>
  );
}

interface GroupProps {
  readonly purpose: SheetTask["purpose"];
  readonly items: readonly SheetTask[];
}

function Group({ purpose, items }: GroupProps) {
  const { t } = useText();
  if (items.length === 0) return null;
  return (
    <section className="sheet-group">
      <h2>
        {t(`sheetPurpose.${purpose}`)} <span className="muted">{items.length}</span>
      </h2>
      <p className="muted small">{t(`sheetHint.${purpose}`)}</p>
      <ul className="cards">
        {items.map((item) => (
          <Task item={item} key={item.session_id} />
        ))}
      </ul>
    </section>
  );
}

function Task({ item }: { readonly item: SheetTask }) {
  const text = useText();
  const { t } = text;
  const { date } = useDates();
  const navigate = useNavigate();
  const open = useOpenSheet();
  const begin = () =>
    open.mutate(
      { session_id: item.session_id, purpose: item.purpose },
      { onSuccess: () => void navigate(`/sheets/${item.session_id}`) },
    );
  return (
    <li className="card" data-testid="task">
      <h3 className="break">{item.candidate_name}</h3>
      <p className="muted small">
        {item.plan_title} · {date(item.ended_at)} · {formatClock(item.duration)}
      </p>
      {open.error && (
        <Message isUrgent tone="danger">
          {errorText(text, open.error)}
        </Message>
      )}
      <Button
        data-testid="task-open"
        loading={open.isPending}
        mt="auto"
        onClick={begin}
        variant={item.opened_at ? "filled" : "default"}
      >
        {t(item.opened_at ? "sheets.continue" : "sheets.begin")}
      </Button>
    </li>
  );
}

function Policy({ policy }: { readonly policy: SheetTasks["policy"] }) {
  const { t } = useText();
  return (
    <details className="card policy" data-testid="policy">
      <summary>{t("sheets.policyTitle")}</summary>
      <ul>
        <li>{t("sheets.policyBlind")}</li>
        <li>{t("sheets.policyRerate", { share: percent(policy.rerate_share) })}</li>
        <li>
          {t("sheets.policyCheck", {
            share: percent(policy.check_share),
            error: percent(policy.error_share),
          })}
        </li>
        <li>{t("sheets.policyLock")}</li>
      </ul>
    </details>
  );
}
