"""Whether a quote was really said: verbatim, after one documented normalisation.

Both sides are read in Unicode's NFKC and lower case; every run of whitespace, punctuation and
symbols counts as one space, and none at the ends. Nothing else is forgiven: another word, another
order, an ellipsis in the middle make it an invention.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from service.llm.strip import Stripped
from service.scoring.rubric import AnswerUtterance

LEAST = 8  # characters after normalisation; shorter pieces are found by chance
LEAST_HAN = 4
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance with what was sent of it."""

    utterance: AnswerUtterance
    sent: Stripped


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands: utterance.text[start:end], in the words as they were said."""

    utterance: AnswerUtterance
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.utterance.text[self.start : self.end]


def normalised(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its characters where it stood."""
    out: list[str] = []
    at: list[int] = []
    for index, raw in enumerate(text):
        for char in unicodedata.normalize("NFKC", raw).lower():
            if char.isalnum():
                out.append(char)
                at.append(index)
            elif out and out[-1] != " " and unicodedata.category(char)[0] != "M":
                out.append(" ")
                at.append(index)
    if out and out[-1] == " ":
        out.pop()
        at.pop()
    return "".join(out), at


def find(quote: str, said: Sequence[Said]) -> Found | None:
    """The first place where the quote was said; None where it was not, or says too little."""
    wanted, _ = normalised(quote[: LONGEST + 1])
    if len(quote) > LONGEST or not _is_long_enough(wanted):
        return None
    for one in said:
        heard, at = normalised(one.sent.text)
        place = _whole_words(heard, wanted)
        if place is not None:
            first, last = at[place], at[place + len(wanted) - 1]
            return Found(one.utterance, *one.sent.original(first, last + 1))
    return None


def _is_long_enough(wanted: str) -> bool:
    chinese = sum("\u3400" <= char <= "\u9fff" for char in wanted)
    return len(wanted) >= LEAST or chinese >= LEAST_HAN


def _whole_words(heard: str, wanted: str) -> int | None:
    """Where `wanted` stands without cutting a Latin word in two."""
    place = heard.find(wanted)
    while place >= 0:
        before, after = heard[place - 1 : place], heard[place + len(wanted) :][:1]
        if not _joins(before, wanted[0]) and not _joins(wanted[-1], after):
            return place
        place = heard.find(wanted, place + 1)
    return None


def _joins(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
