"""Cases for a rubric that somebody wrote: what its own words would let through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.assay.build import swapped, unmoved
from service.assay.cases import Asked, Case, Family
from service.assay.junk import Place, junk
from service.assay.material import attacks, topics
from service.scoring.rubric import QuestionSpec, Rubric
from service.scoring.text import script

LIFTING = frozenset({Family.STUFFING, Family.PADDING, Family.FLATTERY})
MOST = 12  # competencies; a plan has up to eight


def rubric_cases(rubric: Rubric, questions: Sequence[QuestionSpec]) -> tuple[Case, ...]:
    """Junk made of its words, and our answers with attacks added, for each competency."""
    found: list[Case] = []
    for number, competency in enumerate(rubric.competencies[:MOST]):
        question = next((q for q in questions if q.asks_after(competency.id)), None)
        if question is not None:
            language = "zh" if script(question.text) == "zh" else "en"
            asked = Asked(question.text, competency, rubric)
            place = Place(asked, attacks(language), f"{language}/{competency.id}", number)
            found += [*junk(place), *_unmoved(place, number)]
    return tuple(found)


def _unmoved(place: Place, number: int) -> Iterator[Case]:
    """An answer to another question serves: what is added to it must earn nothing here either."""
    own = topics(place.language)
    for turn in range(2):
        topic = own[(number * 2 + turn) % len(own)]
        grade = ("strong", "fair")[turn]
        added = unmoved(place, topic.answer(grade), name=f"{topic.name}-{grade}", turn=turn)
        # A rubric's word may lift a story that is off its topic: see the decision on the gate.
        yield from (case for case in added if case.family not in LIFTING)
    yield from swapped(place, own[number % len(own)].answer("strong"), "strong")
