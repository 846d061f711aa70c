"""Who the candidate is, taken out of a text, with the way back to the words as they were said.

Names, addresses, schools, ages, gendered words and sentences that give orders to the rater are
replaced one for one by neutral ones. Lists cannot name every school or every way to say who one
is: this lowers what a model can lean on, and is no anonymisation in the sense of the GDPR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.llm.identity import PATTERNS, SWAPS
from service.scoring import cues, text

LEFT_OUT = "[…]"
SHORT_PART = 3  # shorter parts of a name ("An", "Li") are also words: only when capitalised


@dataclass(frozen=True, slots=True)
class Stripped:
    """`text` without identity; `spans[i]` is where its i-th character stood in the original."""

    text: str
    spans: tuple[tuple[int, int], ...]
    orders: int  # sentences left out because they spoke to the rater

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stood in the original. Raises ValueError for an empty piece."""
        own = self.spans[start:end]
        if not own:
            raise ValueError("an empty piece stood nowhere")
        return own[0][0], max(stop for _, stop in own)


@dataclass(frozen=True, slots=True)
class _Cut:
    start: int
    end: int
    put: str


def strip(said: str, names: Sequence[str] = ()) -> Stripped:
    """`said` without identity. `names`: what the candidate is known by (name, e-mail address)."""
    orders = list(_orders(said))
    found = [*orders, *_cuts(said, _known(names))]
    pieces: list[str] = []
    spans: list[tuple[int, int]] = []
    at = 0
    for cut in sorted(found, key=lambda cut: (cut.start, -cut.end)):
        if cut.start < at:
            continue
        pieces += [said[at : cut.start], cut.put]
        spans += [(i, i + 1) for i in range(at, cut.start)]
        spans += [(cut.start, cut.end)] * len(cut.put)
        at = cut.end
    pieces.append(said[at:])
    spans += [(i, i + 1) for i in range(at, len(said))]
    return Stripped("".join(pieces), tuple(spans), len(orders))


def _orders(said: str) -> Iterator[_Cut]:
    for start, end in text.sentences(said):
        if cues.speaks_to_the_rater(text.clean(said[start:end])):
            yield _Cut(start, end, LEFT_OUT)


def _cuts(said: str, known: Sequence[re.Pattern[str]]) -> Iterator[_Cut]:
    for pattern in known:
        yield from (_Cut(*m.span(), "[NAME]") for m in pattern.finditer(said))
    for pattern, put in PATTERNS:
        yield from (_Cut(*m.span(m.lastindex or 0), put) for m in pattern.finditer(said))
    for pattern, neutral in SWAPS:
        for m in pattern.finditer(said):
            yield _Cut(*m.span(), neutral[m.group().lower()])


def _known(names: Sequence[str]) -> list[re.Pattern[str]]:
    """Whole names in any case; parts of them where they cannot be mistaken for a word."""
    found: list[re.Pattern[str]] = []
    for name in names:
        whole = name.strip()
        if len(whole) < 2:
            continue
        found.append(_pattern(whole, re.IGNORECASE))
        if text.han(whole):
            found += [_pattern(whole[1:])] if len(whole) == 3 else []
            continue
        for part in re.split(r"[\s@._,-]+", whole):
            if len(part) > SHORT_PART:
                found.append(_pattern(part, re.IGNORECASE))
            elif len(part) > 1 and part[0].isupper():
                found.append(_pattern(part))
    return found


def _pattern(name: str, flags: int = 0) -> re.Pattern[str]:
    escaped = re.escape(name).replace(r"\ ", r"\s+")
    return re.compile(escaped if text.han(name) else rf"\b{escaped}\b", flags)
