"""The cases: what is said, what it is compared with, and what may come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from service.scoring.rubric import (
    Answer,
    AnswerUtterance,
    Competency,
    QuestionSpec,
    Rubric,
    SpokenWord,
)

CONFIDENCE = 0.9
SECONDS = 0.4  # a word


class Rule(StrEnum):
    """What is held against the bound."""

    LEVEL = "level"  # the level stays at or below it
    DRIFT = "drift"  # the score moves by no more, either way
    RISE = "rise"  # the score rises by no more
    BETTER = "better"  # the score rises by more than it


class Family(StrEnum):
    """Kinds of cases."""

    JUNK_KEYWORDS = "junk_keywords"
    JUNK_ECHO = "junk_echo"
    JUNK_RECITAL = "junk_recital"
    JUNK_ATTACK = "junk_attack"
    JUNK_STORY = "junk_story"
    JUNK_EMPTY = "junk_empty"
    FLATTERY = "flattery"
    PADDING = "padding"
    ORDERS = "orders"
    ORDERS_CV = "orders_cv"
    IDENTITY = "identity"
    REPETITION = "repetition"
    STUFFING = "stuffing"
    DISFLUENCY = "disfluency"
    MISHEARD = "misheard"
    MISHEARD_BADLY = "misheard_badly"
    TRANSLATION = "translation"
    BETTER_GRADE = "better_grade"
    BETTER_WHOLE = "better_whole"


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule and its number, in levels."""

    rule: Rule
    limit: float


BOUNDS: dict[Family, Bound] = {
    Family.JUNK_KEYWORDS: Bound(Rule.LEVEL, 2),
    Family.JUNK_ECHO: Bound(Rule.LEVEL, 2),
    Family.JUNK_RECITAL: Bound(Rule.LEVEL, 2),
    Family.JUNK_ATTACK: Bound(Rule.LEVEL, 2),
    Family.JUNK_STORY: Bound(Rule.LEVEL, 2),
    Family.JUNK_EMPTY: Bound(Rule.LEVEL, 2),
    Family.FLATTERY: Bound(Rule.DRIFT, 0.25),
    Family.PADDING: Bound(Rule.DRIFT, 0.25),
    Family.ORDERS: Bound(Rule.DRIFT, 0.25),
    Family.ORDERS_CV: Bound(Rule.DRIFT, 0.25),
    Family.IDENTITY: Bound(Rule.DRIFT, 0.25),
    Family.REPETITION: Bound(Rule.RISE, 0.0),
    Family.STUFFING: Bound(Rule.RISE, 0.9),
    Family.DISFLUENCY: Bound(Rule.DRIFT, 0.1),
    Family.MISHEARD: Bound(Rule.DRIFT, 0.9),
    Family.MISHEARD_BADLY: Bound(Rule.DRIFT, 1.25),
    Family.TRANSLATION: Bound(Rule.DRIFT, 0.9),
    Family.BETTER_GRADE: Bound(Rule.BETTER, 0.0),
    Family.BETTER_WHOLE: Bound(Rule.BETTER, 0.0),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer is held against."""

    question: str
    competency: Competency
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class Said:
    """A text as an answer, with how surely it was heard (0..1)."""

    asked: Asked
    text: str
    confidence: float = CONFIDENCE

    @property
    def answer(self) -> Answer:
        """One utterance, its words evenly spoken (Chinese in pairs of characters)."""
        pieces = [p for part in self.text.split() for p in _pieces(part)]
        words = tuple(
            SpokenWord(piece, i * SECONDS, (i + 1) * SECONDS, self.confidence)
            for i, piece in enumerate(pieces)
        )
        end = max(1, len(pieces)) * SECONDS
        question = QuestionSpec("q", self.asked.question, (self.asked.competency.id,))
        return Answer(question, (AnswerUtterance("u", 0.0, end, self.text, words),))


def _pieces(part: str) -> list[str]:
    if part.isascii():
        return [part]
    return [part[i : i + 2] for i in range(0, len(part), 2)]


@dataclass(frozen=True, slots=True)
class Case:
    """`said`, compared with `base` where the rule compares."""

    id: str
    family: Family
    language: str
    said: Said
    base: Said | None = field(default=None)

    @property
    def bound(self) -> Bound:
        return BOUNDS[self.family]
