import {
  createColumnHelper,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Header,
  type Row,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { QueueItem } from "../../api/types";
import { useText } from "../../i18n";
import { useDates } from "../format";
import { StateBadge } from "../parts/state-badge";
import { Needs, Ratings } from "./queue-cells";
import { useRowKeys } from "./use-row-keys";

const column = createColumnHelper<QueueItem>();
const NAMES = new Set(["candidate", "plan"]);

const COLUMNS = [
  column.accessor("candidate_name", { id: "candidate", cell: ({ row }) => <Name row={row} /> }),
  column.accessor("plan_title", { id: "plan" }),
  column.accessor("state", { cell: ({ getValue }) => <StateBadge state={getValue()} /> }),
  column.accessor((item) => item.started_at ?? "", {
    id: "when",
    cell: ({ row }) => <When at={row.original.started_at} />,
  }),
  column.accessor((item) => item.needs.length, {
    id: "needs",
    cell: ({ row }) => <Needs needs={row.original.needs} />,
  }),
  column.display({
    id: "ratings",
    cell: ({ row }) => <Ratings ratings={row.original.current_ratings} />,
  }),
];

export function QueueTable({ items }: { readonly items: readonly QueueItem[] }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [sorting, setSorting] = useState<SortingState>([{ id: "when", desc: true }]);
  const table = useReactTable({
    data: items as QueueItem[],
    columns: COLUMNS,
    state: { sorting },
    onSortingChange: setSorting,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getRowId: (item) => item.session_id,
  });
  const { rows } = table.getRowModel();
  const selected = useRowKeys(rows.length, (index) => {
    const row = rows[index];
    if (row) void navigate(`/cases/${row.id}`);
  });

  return (
    <>
      <table className="table" data-testid="queue">
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <Head header={header} key={header.id} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr
              className="row-link"
              data-selected={index === selected || undefined}
              data-testid="queue-row"
              key={row.id}
            >
              {row.getVisibleCells().map((cell) => (
                <td
                  className={NAMES.has(cell.column.id) ? "cell-name" : undefined}
                  data-label={t(`queue.${cell.column.id}`)}
                  key={cell.id}
                >
                  {flexRender(cell.column.columnDef.cell, cell.getContext())}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">{t("queue.keys")}</p>
    </>
  );
}

function Head({ header }: { readonly header: Header<QueueItem, unknown> }) {
  const { t } = useText();
  const { column: col } = header;
  const label = t(`queue.${col.id}`);
  if (!col.getCanSort()) return <th scope="col">{label}</th>;
  const sorted = col.getIsSorted();
  return (
    <th
      aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}
      scope="col"
    >
      <button
        className="sort"
        onClick={col.getToggleSortingHandler()}
        title={t("queue.sort", { column: label })}
        type="button"
      >
        {label}
        <span aria-hidden="true">{sorted === "asc" ? "↑" : sorted === "desc" ? "↓" : ""}</span>
      </button>
    </th>
  );
}

function Name({ row }: { readonly row: Row<QueueItem> }) {
  return (
    <Link className="row-target" to={`/cases/${row.id}`}>
      {row.original.candidate_name}
    </Link>
  );
}

function When({ at }: { readonly at: string | null }) {
  const { dateTime } = useDates();
  return <span className="nowrap">{dateTime(at)}</span>;
}
