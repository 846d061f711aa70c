import type { QueueQuery } from "../../api/types";

/** What the address says of the queue; everything left out is at rest. */
export type Filters = Omit<QueueQuery, "cursor" | "size">;
export type Sort = NonNullable<Filters["sort"]>;
type Flag = "overdue" | "contested" | "open" | "descending";
type Word = Exclude<keyof Filters, Flag>;

const FLAGS: readonly Flag[] = ["overdue", "contested", "open", "descending"];
const WORDS: readonly Word[] = [
  "q",
  "plan",
  "state",
  "assignee",
  "confidence",
  "language",
  "label",
  "sort",
];

/** The filters in an address. Words are passed on as they are: the server knows which it takes. */
export function readFilters(search: URLSearchParams): Filters {
  const found: Record<string, string | boolean> = {};
  for (const name of WORDS) {
    const value = search.get(name)?.trim();
    if (value) found[name] = value.slice(0, 100);
  }
  for (const name of FLAGS) if (search.get(name) === "1") found[name] = true;
  return found as Filters;
}

/** The address of filters: nothing in it that is at rest. */
export function writeFilters(filters: Filters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of WORDS) if (filters[name]) search.set(name, String(filters[name]));
  for (const name of FLAGS) if (filters[name]) search.set(name, "1");
  return search;
}

/** What of them narrows the queue; an order does not. */
export function narrowing(filters: Filters): number {
  const { sort: _, descending: __, ...rest } = filters;
  return Object.values(rest).filter(Boolean).length;
}

export const VIEWS = ["all", "open", "contested", "overdue", "unsure", "mine", "free"] as const;
export type View = (typeof VIEWS)[number];

const OF_VIEW: Readonly<Record<View, Filters>> = {
  all: {},
  open: { open: true },
  contested: { contested: true },
  overdue: { overdue: true },
  unsure: { open: true, confidence: "low" },
  mine: { open: true, assignee: "me" },
  free: { open: true, assignee: "none" },
};
const BY_VIEW = ["open", "contested", "overdue", "confidence", "assignee"] as const;

/** The filters with another view; search, plan, language, label and order stay. */
export function withView(filters: Filters, view: View): Filters {
  const rest = { ...filters };
  for (const name of BY_VIEW) delete rest[name];
  if (view !== "all") delete rest.state; // a case to do has ended
  return { ...rest, ...OF_VIEW[view] };
}

/** The view that filters amount to, if any. */
export function viewOf(filters: Filters): View | null {
  const same = (view: View) =>
    BY_VIEW.every((name) => (filters[name] || undefined) === OF_VIEW[view][name]);
  return VIEWS.find(same) ?? null;
}

/** A click on a heading: this order, then the other way round, then urgency again. */
export function nextSort(filters: Filters, sort: Sort): Filters {
  const { sort: now = "urgency", descending = false, ...rest } = filters;
  if (now !== sort) return sort === "urgency" ? rest : { ...rest, sort };
  if (!descending) return { ...rest, ...(sort === "urgency" ? {} : { sort }), descending: true };
  return rest;
}
