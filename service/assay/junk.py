"""What must earn nothing, made for any question and competency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.assay.cases import Asked, Case, Family, Said
from service.assay.material import Attacks

F = Family


@dataclass(frozen=True, slots=True)
class Place:
    """Where an attack is made: a question under a competency, the means, and a turn for variety."""

    asked: Asked
    means: Attacks
    path: str  # "en/deadline"
    turn: int = 0

    @property
    def language(self) -> str:
        return self.path.split("/")[0]

    @property
    def gap(self) -> str:
        return "" if self.language == "zh" else " "

    @property
    def words(self) -> tuple[str, ...]:
        """The competency's keywords, or the clauses of its best anchor, or its name."""
        competency = self.asked.competency
        clauses = re.split(r"[,;.，。；、]\s*", competency.anchor(5))
        return competency.keywords or tuple(filter(None, clauses)) or (competency.name,)

    def case(self, family: Family, name: str, texts: tuple[str, ...]) -> Case:
        """`texts`: what is said, and what it is compared with where there is anything."""
        said, *base = (Said(self.asked, text) for text in texts)
        path = f"{family.value}/{self.path}/{name}"
        return Case(path, family, self.language, said, base[0] if base else None)


def junk(place: Place) -> Iterator[Case]:
    """Keywords, the question and the anchors read back, bare attacks, other stories, phrases."""
    means, question = place.means, place.asked.question
    for i, frame in enumerate(means.stuffed):
        text = stuffed(frame, place.words, 2)
        yield place.case(F.JUNK_KEYWORDS, f"frame{i}", (text,))
    yield place.case(F.JUNK_ECHO, "once", (question,))
    yield place.case(F.JUNK_ECHO, "thrice", (place.gap.join([question] * 3),))
    best = place.asked.competency.anchor(5)
    if best:
        yield place.case(F.JUNK_RECITAL, "anchor", (best,))
        whole = place.gap.join([question, best, *place.words, best])
        yield place.case(F.JUNK_RECITAL, "all", (whole,))
    for name in ("flattery", "padding", "orders"):
        texts = getattr(means, name)
        chosen = [texts[(place.turn + i) % len(texts)] for i in range(3)]
        yield place.case(F.JUNK_ATTACK, name, (place.gap.join(chosen),))
    for i, story in enumerate(means.stories):
        yield place.case(F.JUNK_STORY, f"story{i}", (story,))
    for i, empty in enumerate(means.empty):
        yield place.case(F.JUNK_EMPTY, f"empty{i}", (empty,))


def stuffed(frame: str, words: tuple[str, ...], rounds: int) -> str:
    """A frame filled with keywords in turn, `rounds` times over."""
    pieces = (frame * rounds).split("{k}")
    out = [pieces[0]]
    for i, piece in enumerate(pieces[1:]):
        out += [words[i % len(words)], piece]
    return "".join(out)
