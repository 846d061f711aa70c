"""Writes the README's capacity table from `results/capacity.json`, between its two marks."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import report

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- capacity: begin -->", "<!-- capacity: end -->"
HEAD = """| engine | sessions held | searches | caption p95 | server CPU | others took | bound by |
|---|---|---|---|---|---|---|
"""


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _row(entry: Mapping[str, Any]) -> str:
    failed = entry.get("first_failed")
    bound = f"at {failed['sessions']}: {', '.join(failed['violations'])}" if failed else "not found"
    cpu, searches = entry.get("cpu_ms_per_session_s"), entry["searches"]
    cells = [
        entry["engine"],
        "–".join(str(count) for count in sorted({min(searches), max(searches)})),
        ", ".join(map(str, searches)),
        _seconds(entry.get("caption_p95_s")),
        "–" if cpu is None else f"{cpu:.0f} ms/s",
        _share(entry.get("others_cpu")),
        bound,
    ]
    return f"| {' | '.join(cells)} |\n"


def table(result: Mapping[str, Any]) -> str:
    """The table as Markdown, with the machine of its first row named under it."""
    entries = list(result["engines"].values())
    machine = entries[0]["machine"]
    where = f"{machine['cores']} cores of {machine['cpu']}, {machine['memory_gib']} GiB"
    commits = ", ".join(dict.fromkeys(entry["commit"][:7] for entry in entries))
    about = f"\n{where}; candidates played on the same machine; measured at {commits}.\n"
    return HEAD + "".join(map(_row, entries)) + about


def put(text: str, between: str) -> str:
    """`text` with what lies between the marks replaced. Raises ValueError without the marks."""
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"{README.name} lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{between}{END}{after}"


def main(argv: list[str]) -> int:
    """Rewrite the README; with --check only say whether it is up to date."""
    result = json.loads((report.RESULTS / "capacity.json").read_text(encoding="utf-8"))
    old = README.read_text(encoding="utf-8")
    new = put(old, table(result))
    if "--check" in argv:
        return int(new != old)
    README.write_text(new, encoding="utf-8")
    sys.stdout.write("README.md: capacity table written\n")
    return 0
