"""Word errors put into transcripts, as recognisers make them: wrong, missing and extra words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

WRONG, MISSING = 0.7, 0.15  # shares of the errors; the rest are extra words


def tokens(said: str, language: str) -> list[str]:
    """Words, or characters of Chinese."""
    return said.split() if language == "en" else [c for c in said if not c.isspace()]


def vocabulary(texts: Sequence[str], language: str) -> list[str]:
    """All tokens as often as they are said: errors are common words mostly."""
    return [token for text in texts for token in tokens(text, language)]


def corrupt(said: str, rate: float, *, words: Sequence[str], language: str) -> str:
    """`said` with about `rate` of its words in error; the same every time."""
    rng = np.random.default_rng(zlib.crc32(said.encode()) + round(1000 * rate))
    found: list[str] = []
    for token in tokens(said, language):
        if rng.random() >= rate:
            found.append(token)
            continue
        kind, other = rng.random(), words[int(rng.integers(len(words)))]
        if kind < WRONG:
            found.append(other)
        elif kind >= WRONG + MISSING:
            found += [token, other]
    return (" " if language == "en" else "").join(found)
