import { Checkbox } from "@mantine/core";
import {
  createColumnHelper,
  flexRender,
  getCoreRowModel,
  type Header,
  type OnChangeFn,
  type Row,
  type RowSelectionState,
  type Table,
  useReactTable,
} from "@tanstack/react-table";
import { Link } from "react-router";
import type { QueueItem } from "../../api/types";
import { useText } from "../../i18n";
import { useDates } from "../format";
import { StateBadge } from "../parts/state-badge";
import { type Filters, nextSort, type Sort } from "./filters";
import { Due, Labels, Needs, Ratings } from "./queue-cells";

const column = createColumnHelper<QueueItem>();
const NAMES = new Set(["candidate", "plan"]);
const SORTS: Readonly<Record<string, Sort>> = {
  candidate: "candidate",
  plan: "plan",
  needs: "urgency",
  due: "due",
  state: "held",
};

const COLUMNS = [
  column.display({
    id: "select",
    header: ({ table }) => <MarkAll table={table} />,
    cell: ({ row }) => <Mark row={row} />,
  }),
  column.accessor("candidate_name", { id: "candidate", cell: ({ row }) => <Name row={row} /> }),
  column.accessor("plan_title", { id: "plan" }),
  column.accessor("needs", { cell: ({ getValue }) => <Needs needs={getValue()} /> }),
  column.display({
    id: "ratings",
    cell: ({ row }) => <Ratings ratings={row.original.current_ratings} />,
  }),
  column.accessor("due_at", { id: "due", cell: ({ row }) => <Due item={row.original} /> }),
  column.display({
    id: "assignee",
    cell: ({ row }) => row.original.assignee?.name ?? <span className="muted">–</span>,
  }),
  column.accessor("state", { cell: ({ row }) => <State item={row.original} /> }),
];

interface Props {
  readonly items: readonly QueueItem[];
  readonly filters: Filters;
  readonly marked: RowSelectionState;
  readonly canMark: boolean;
  readonly onMark: OnChangeFn<RowSelectionState>;
  readonly onFilters: (filters: Filters) => void;
}

export function QueueTable({ items, filters, marked, canMark, onMark, onFilters }: Props) {
  const { t } = useText();
  const table = useReactTable({
    data: items as QueueItem[],
    columns: COLUMNS,
    state: { rowSelection: marked, columnVisibility: { select: canMark } },
    onRowSelectionChange: onMark,
    getCoreRowModel: getCoreRowModel(),
    getRowId: (item) => item.session_id,
    manualSorting: true,
  });
  return (
    <table className="table queue" data-testid="queue" data-tour="rows">
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => (
              <Head filters={filters} header={header} key={header.id} onFilters={onFilters} />
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr
            className="row-link"
            data-marked={row.getIsSelected() || undefined}
            data-queue-row={row.id}
            data-testid="queue-row"
            key={row.id}
          >
            {row.getVisibleCells().map((cell) => (
              <td
                className={NAMES.has(cell.column.id) ? "cell-name" : `cell-${cell.column.id}`}
                data-label={cell.column.id === "select" ? "" : t(`queueColumn.${cell.column.id}`)}
                key={cell.id}
              >
                {flexRender(cell.column.columnDef.cell, cell.getContext())}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface HeadProps {
  readonly header: Header<QueueItem, unknown>;
  readonly filters: Filters;
  readonly onFilters: (filters: Filters) => void;
}

function Head({ header, filters, onFilters }: HeadProps) {
  const { t } = useText();
  const { id } = header.column;
  if (id === "select") {
    return <th>{flexRender(header.column.columnDef.header, header.getContext())}</th>;
  }
  const label = t(`queueColumn.${id}`);
  const sort = SORTS[id];
  if (!sort) return <th scope="col">{label}</th>;
  const isSorted = (filters.sort ?? "urgency") === sort;
  const isDown = Boolean(filters.descending);
  return (
    <th aria-sort={isSorted ? (isDown ? "descending" : "ascending") : "none"} scope="col">
      <button
        className="sort"
        data-testid={`sort-${sort}`}
        onClick={() => onFilters(nextSort(filters, sort))}
        title={t("queue.sort", { column: label })}
        type="button"
      >
        {label}
        <span aria-hidden="true">{isSorted ? (isDown ? "↓" : "↑") : ""}</span>
      </button>
    </th>
  );
}

function MarkAll({ table }: { readonly table: Table<QueueItem> }) {
  const { t } = useText();
  return (
    <Checkbox
      aria-label={t("queue.markAll")}
      checked={table.getIsAllRowsSelected()}
      indeterminate={table.getIsSomeRowsSelected()}
      onChange={table.getToggleAllRowsSelectedHandler()}
      size="xs"
    />
  );
}

function Mark({ row }: { readonly row: Row<QueueItem> }) {
  const { t } = useText();
  return (
    <Checkbox
      aria-label={t("queue.mark", { name: row.original.candidate_name })}
      checked={row.getIsSelected()}
      className="mark"
      data-testid="queue-mark"
      onChange={row.getToggleSelectedHandler()}
      size="xs"
    />
  );
}

function Name({ row }: { readonly row: Row<QueueItem> }) {
  const { candidate_name, candidate_email, labels } = row.original;
  return (
    <div className="who">
      <Link className="row-target" to={`/cases/${row.id}`}>
        {candidate_name}
      </Link>
      <span className="muted small break">{candidate_email}</span>
      <Labels labels={labels} />
    </div>
  );
}

function State({ item }: { readonly item: QueueItem }) {
  const { date } = useDates();
  return (
    <div className="held">
      <StateBadge state={item.state} />
      {item.started_at && <span className="muted small nowrap">{date(item.started_at)}</span>}
    </div>
  );
}
