import { Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { QueueItem } from "../../api/types";
import { useText } from "../../i18n";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useQueue } from "../queries";
import { type SessionState, STATES } from "../states";
import { QueueTable } from "./queue-table";

export default function QueuePage() {
  const { t } = useText();
  const [state, setState] = useState<SessionState | null>(null);
  const [search, setSearch] = useState("");
  const queue = useQueue(state);
  const clear = () => {
    setState(null);
    setSearch("");
  };

  return (
    <>
      <PageHead lead={t("queue.lead")} title={t("queue.title")}>
        <TextInput
          aria-label={t("queue.search")}
          data-testid="queue-search"
          onChange={(event) => setSearch(event.currentTarget.value)}
          placeholder={t("queue.search")}
          value={search}
        />
        <Select
          allowDeselect={false}
          aria-label={t("queue.filterLabel")}
          data={[
            { value: "", label: t("queue.all") },
            ...STATES.map((value) => ({ value, label: t(`state.${value}`) })),
          ]}
          data-testid="queue-filter"
          onChange={(value) => {
            setState(STATES.find((known) => known === value) ?? null);
          }}
          value={state ?? ""}
          w={150}
        />
      </PageHead>
      <Loaded query={queue}>
        {({ items }) => (
          <Items
            isFiltered={state !== null}
            items={items.filter((item) => matches(item, search))}
            onClear={clear}
            total={items.length}
          />
        )}
      </Loaded>
    </>
  );
}

function matches(item: QueueItem, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return `${item.candidate_name} ${item.plan_title}`.toLowerCase().includes(wanted);
}

interface ItemsProps {
  readonly items: readonly QueueItem[];
  readonly total: number;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

function Items({ items, total, isFiltered, onClear }: ItemsProps) {
  const { t } = useText();
  if (items.length > 0) return <QueueTable items={items} />;
  if (total === 0 && !isFiltered) {
    return (
      <Empty text={t("queue.emptyText")} title={t("queue.emptyTitle")}>
        <Button component={Link} to="/invitations">
          {t("queue.emptyAction")}
        </Button>
      </Empty>
    );
  }
  return (
    <div className="no-match">
      <p>{t("queue.noMatch")}</p>
      <Button onClick={onClear} variant="default">
        {t("queue.clear")}
      </Button>
    </div>
  );
}
