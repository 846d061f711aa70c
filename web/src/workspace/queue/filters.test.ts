import { describe, expect, it } from "vitest";
import {
  type Filters,
  narrowing,
  nextSort,
  readFilters,
  VIEWS,
  viewOf,
  withView,
  writeFilters,
} from "./filters";

describe("filters in an address", () => {
  it("come back as they went", () => {
    const filters: Filters = {
      q: "小明",
      label: "二面",
      open: true,
      sort: "due",
      descending: true,
    };
    expect(readFilters(writeFilters(filters))).toEqual(filters);
  });

  it("leave out what is at rest, and what is not theirs", () => {
    expect(writeFilters({ q: "", open: false }).toString()).toBe("");
    expect(readFilters(new URLSearchParams("q=%20&page=3&open=yes"))).toEqual({});
  });

  it("count what narrows, and no order", () => {
    expect(narrowing({ sort: "due", descending: true })).toBe(0);
    expect(narrowing({ q: "a", open: true })).toBe(2);
  });
});

describe("views", () => {
  it.each(VIEWS)("%s is recognised in what it sets", (view) => {
    expect(viewOf(withView({ q: "a", sort: "due" }, view))).toBe(view);
  });

  it("keep search and order, and replace one another", () => {
    const late = withView({ q: "a", sort: "due", state: "live" }, "overdue");
    expect(late).toEqual({ q: "a", sort: "due", overdue: true });
    expect(withView(late, "all")).toEqual({ q: "a", sort: "due" });
  });

  it("are none where filters are mixed", () => {
    expect(viewOf({ overdue: true, contested: true })).toBeNull();
  });
});

describe("a heading", () => {
  it("sorts, turns round, and lets urgency lead again", () => {
    const once = nextSort({}, "due");
    const twice = nextSort(once, "due");
    expect([once, twice]).toEqual([{ sort: "due" }, { sort: "due", descending: true }]);
    expect(nextSort(twice, "due")).toEqual({});
    expect(nextSort({ sort: "due" }, "urgency")).toEqual({});
  });
});
