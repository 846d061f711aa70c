"""Word errors of a transcript against what a clip says.

English: lower case, punctuation off except apostrophes inside words. Mandarin: each Han
character counts as a word. Write numbers in the reference as they are spoken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

_TOKEN = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+(?:'[^\W_㐀-鿿]+)*")
_MARKUP = re.compile(r"<[^>]*>|\[[^\]]*\]")


def tokens(text: str) -> list[str]:
    """The comparable words of a text."""
    return _TOKEN.findall(_MARKUP.sub(" ", text.lower().replace("’", "'")))


def errors(reference: Sequence[str], heard: Sequence[str], *, slack: int = 0) -> int:
    """The fewest substitutions, insertions and deletions that make one the other.

    `slack`: that many reference words at either end may be missing without being an error,
    because where a clip was cut the word that fell on the cut is not known.
    """
    columns = np.arange(len(heard) + 1)
    row = columns.copy()
    best: int | None = None
    for i, expected in enumerate(reference, 1):
        wrong = np.fromiter((word != expected for word in heard), np.int64, len(heard))
        left = 0 if i <= slack else i - slack
        row = _next_row(row, wrong, left=left, columns=columns)
        if i >= len(reference) - slack:
            best = int(row[-1]) if best is None else min(best, int(row[-1]))
    return len(heard) if best is None else best


def _next_row(
    row: np.ndarray[tuple[int], np.dtype[np.int64]],
    wrong: np.ndarray[tuple[int], np.dtype[np.int64]],
    *,
    left: int,
    columns: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One reference word further: insertions run along the row as a minimum accumulated."""
    reached = np.empty_like(row)
    reached[0] = left
    np.minimum(row[:-1] + wrong, row[1:] + 1, out=reached[1:])
    # An insertion costs 1 per column: the running minimum of what is left after taking it off.
    reduced: np.ndarray[tuple[int], np.dtype[np.int64]] = np.minimum.accumulate(reached - columns)
    return reduced + columns
