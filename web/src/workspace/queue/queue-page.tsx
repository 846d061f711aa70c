import { Button, CopyButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { RowSelectionState } from "@tanstack/react-table";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "../../i18n";
import { LoadError, Loading } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useMay, useMe } from "../queries";
import { TourOffer } from "../tour/tour-offer";
import { type Filters, narrowing, readFilters, writeFilters } from "./filters";
import { LabelDialog } from "./label-dialog";
import { QueueBulk, useHandOver } from "./queue-bulk";
import { QueueEmpty } from "./queue-empty";
import { QueueFilters } from "./queue-filters";
import { QueueKeys } from "./queue-keys";
import { QueueTable } from "./queue-table";
import { QueueViews } from "./queue-views";
import { useQueue, useQueueChoices, useQueueCounts } from "./use-queue";
import { useRowKeys } from "./use-row-keys";

export default function QueuePage() {
  const { t } = useText();
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const [marked, setMarked] = useState<RowSelectionState>({});
  const [labelling, setLabelling] = useState<string[]>([]);
  const [isHelpOpen, help] = useDisclosure();
  const queue = useQueue(filters);
  const counts = useQueueCounts(filters).data;
  const choices = useQueueChoices().data;
  const canMark = useMay()("cases.rate");
  const me = useMe().data;
  const handOver = useHandOver();

  const items = queue.data?.pages.flatMap((page) => page.items) ?? [];
  const ids = items.map((item) => item.session_id).filter((id) => marked[id]);
  const change = (next: Filters) => {
    setMarked({});
    setSearch(writeFilters(next), { replace: true });
  };
  const those = (id: string | null) => (ids.length > 0 ? ids : id ? [id] : []);
  useRowKeys({
    onMark: (id) => canMark && setMarked((old) => ({ ...old, [id]: !old[id] })),
    onTake: (id) => canMark && handOver(those(id), me?.id ?? null, () => setMarked({})),
    onLabel: (id) => canMark && setLabelling(those(id)),
    onClear: () => setMarked({}),
    onHelp: help.open,
  });

  return (
    <>
      <PageHead lead={t("queue.lead")} title={t("queue.title")}>
        {narrowing(filters) > 0 && (
          <CopyButton value={window.location.href}>
            {({ copied, copy }) => (
              <Button onClick={copy} variant="subtle">
                {copied ? t("queue.copied") : t("queue.copy")}
              </Button>
            )}
          </CopyButton>
        )}
        <Button className="keys-button" onClick={help.open} variant="default">
          {t("queue.keysTitle")}
        </Button>
      </PageHead>
      <TourOffer />
      <QueueViews counts={counts} filters={filters} onChange={change} />
      <QueueFilters choices={choices} counts={counts} filters={filters} onChange={change} />
      {queue.error && <LoadError error={queue.error} onRetry={() => void queue.refetch()} />}
      {queue.isPending && <Loading />}
      {queue.data && items.length === 0 && <QueueEmpty filters={filters} onFilters={change} />}
      {items.length > 0 && (
        <QueueTable
          canMark={canMark}
          filters={filters}
          items={items}
          marked={marked}
          onFilters={change}
          onMark={setMarked}
        />
      )}
      {queue.hasNextPage && (
        <Button
          data-testid="queue-next"
          fullWidth
          loading={queue.isFetchingNextPage}
          mt="md"
          onClick={() => void queue.fetchNextPage()}
          variant="default"
        >
          {t("queue.next")}
        </Button>
      )}
      <QueueBulk
        choices={choices}
        ids={ids}
        onClear={() => setMarked({})}
        onLabel={() => setLabelling(ids)}
      />
      {labelling.length > 0 && (
        <LabelDialog
          ids={labelling}
          known={choices?.labels ?? []}
          onClose={() => setLabelling([])}
          own={[
            ...new Set(
              items.filter((i) => labelling.includes(i.session_id)).flatMap((i) => i.labels),
            ),
          ]}
        />
      )}
      <QueueKeys isOpen={isHelpOpen} onClose={help.close} />
    </>
  );
}
