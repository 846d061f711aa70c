"""CSV that is safe to open in a spreadsheet (OWASP: CSV injection)."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> str:
    """The cell as text; one that would be run as a formula gets an apostrophe before it.

    Full-width signs count: some spreadsheets take them for the narrow ones.
    """
    text = str(cell)
    bare = unicodedata.normalize("NFKC", text.lstrip(" \u00a0"))
    return f"'{text}" if bare.startswith(STARTS) or text.startswith(STARTS) else text


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a mark, so that Excel reads Chinese right."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow([safe(cell) for cell in header])
    table.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
