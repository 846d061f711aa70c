"""What a sentence encoder is asked about an answer, and what its word is worth here. Pure.

The encoder runs elsewhere (a pool of workers); here its figures come in as values. Where there are
none (no model on this machine, or an answer that is not English) the letters alone must do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.types import Compared, CompareRequest, Nearness
from service.scoring.reading import Reading
from service.scoring.rubric import Competency, QuestionSpec

LANGUAGE = "en"  # all that the encoder was trained on
MAX_SOUGHT = 24  # texts per request
NOTHING = Nearness()
# Nearness of sentences: a story of something else lies at .1 to .3, an answer about .5.
UNRELATED, RELATED = 0.25, 0.55
Key = tuple[str, str]  # question id, competency id
Meanings = Mapping[Key, Compared]


@dataclass(frozen=True, slots=True)
class Sought:
    """The texts that an answer is held against, in the order in which they are sent."""

    reference: str
    anchors: tuple[str, str, str]  # of level 5, 3, 1
    points: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.reference, *self.anchors, *self.points)[:MAX_SOUGHT]


@dataclass(frozen=True, slots=True)
class Meaning:
    """An encoder's word on one answer; everything "nothing" where it has not been asked."""

    is_known: bool = False
    question: Nearness = NOTHING
    reference: Nearness = NOTHING
    anchors: tuple[Nearness, Nearness, Nearness] = (NOTHING, NOTHING, NOTHING)
    points: tuple[Nearness, ...] = ()

    @classmethod
    def of(cls, compared: Compared | None, sought: Sought) -> Meaning:
        """Nothing where the encoder was not asked, or about other texts."""
        if compared is None or len(compared.sought) != len(sought.texts):
            return UNASKED
        first, *rest = compared.sought
        anchors = (rest[0], rest[1], rest[2])
        return cls(True, compared.question, first, anchors, tuple(rest[3:]))


UNASKED = Meaning()


def sought(question: QuestionSpec, competency: Competency) -> Sought:
    """What an answer to this question is held against under this competency."""
    anchors = (competency.anchor(5), competency.anchor(3), competency.anchor(1))
    return Sought(question.reference, anchors, competency.points)


def request(
    reading: Reading, question: QuestionSpec, competencies: Sequence[Competency]
) -> CompareRequest | None:
    """What to ask an encoder about an answer, once for all competencies; None where it could not
    tell. `shared` takes its answer apart again."""
    wanted = [text for each in competencies for text in sought(question, each).texts]
    if reading.language != LANGUAGE or not reading.sentences:
        return None
    if not any(text.strip() for text in (question.text, *wanted)):
        return None
    said = tuple(sentence.clean for sentence in reading.sentences)
    return CompareRequest(said, question.text, tuple(wanted))


def shared(
    compared: Compared, question: QuestionSpec, competencies: Sequence[Competency]
) -> dict[Key, Compared]:
    """The encoder's word by competency."""
    found: dict[Key, Compared] = {}
    at = 0
    for each in competencies:
        count = len(sought(question, each).texts)
        found[question.id, each.id] = Compared(compared.question, compared.sought[at : at + count])
        at += count
    return found


def related(nearness: float) -> float:
    """0 (unrelated) to 1 (as near as an answer is to its question) from nearness of sentences."""
    return min(1.0, max(0.0, (nearness - UNRELATED) / (RELATED - UNRELATED)))
