"""Corrected words on the clock of the words that an engine heard. Pure.

Words that stayed keep their times. What was put in place of others shares their stretch of time by
length; what was put between two words takes the gap there, or a sliver of its neighbour's end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from service.tables import WordJson

# A Han or kana character is a token of its own; all else runs to the next space or such character.
HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
TOKEN = re.compile(rf"[{HAN}][^\s\w]*|[^\s{HAN}]+")
MARKS = re.compile(r"[^\w]+")


def tokens(text: str) -> list[str]:
    """The words of a text; of Chinese the characters, each with the marks that follow it."""
    return TOKEN.findall(text)


def align(text: str, heard: Sequence[WordJson], *, start: float, end: float) -> list[WordJson]:
    """The words of `text` with times (seconds) between `start` and `end`.

    A word that a person wrote or let stand counts as certain: its confidence is 1.
    """
    wanted, known = tokens(text), _split(heard)
    matcher = SequenceMatcher(
        None, [_plain(word["text"]) for word in known], [_plain(t) for t in wanted], autojunk=False
    )
    found: list[WordJson] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        new = wanted[new_from:new_to]
        if tag == "equal":
            pairs = zip(known[old_from:old_to], new, strict=True)
            found += [_word(token, old["start"], old["end"]) for old, token in pairs]
        elif new:
            stretch = _stretch(known, old_from, old_to, bounds=(start, end))
            found += _spread(new, *stretch)
    return found


def _plain(token: str) -> str:
    return MARKS.sub("", token).casefold() or token


def _word(text: str, start: float, end: float) -> WordJson:
    return WordJson(text=text, start=round(start, 3), end=round(end, 3), confidence=1.0)


def _split(heard: Sequence[WordJson]) -> list[WordJson]:
    """Engines may give several Han characters as one word."""
    found: list[WordJson] = []
    for word in heard:
        parts = tokens(word["text"])
        found += [word] if len(parts) < 2 else _spread(parts, word["start"], word["end"])
    return found


def _stretch(
    known: Sequence[WordJson], old_from: int, old_to: int, *, bounds: tuple[float, float]
) -> tuple[float, float]:
    """From when to when the replaced words, or the gap between two words, lasted."""
    if old_from < old_to:
        return known[old_from]["start"], known[old_to - 1]["end"]
    low = known[old_from - 1]["end"] if old_from else bounds[0]
    high = known[old_from]["start"] if old_from < len(known) else bounds[1]
    return low, max(low, high)


def _spread(texts: Sequence[str], start: float, end: float) -> list[WordJson]:
    total = sum(map(len, texts)) or 1
    found, at = [], start
    for text in texts:
        until = at + (end - start) * len(text) / total
        found.append(_word(text, at, until))
        at = until
    return found
