"""The stages of a question: time to think, time to answer, a rest before the next. Pure.

Times are seconds by the session's clock, which stands still while the candidate is not heard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Stage = Literal["think", "answer", "rest"]
GRACE = 10.0  # seconds to finish a sentence after the time to answer is over


@dataclass(frozen=True, slots=True)
class Terms:
    """How a question is to be answered. Seconds; `retakes`: tries beyond the first."""

    think: int = 0
    answer: int = 0
    retakes: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands before the candidate: a stage of a try at a question, since `at`."""

    question_id: UUID
    stage: Stage
    take: int
    at: float


def opened(question_id: UUID, terms: Terms, *, take: int, at: float) -> Standing:
    """A try begins: with thinking where there is time for it."""
    return Standing(question_id, "think" if terms.think > 0 else "answer", take, at)


def moved(standing: Standing, stage: Stage, *, at: float) -> Standing:
    """The same try, in its next stage."""
    return replace(standing, stage=stage, at=at)


def restored(
    question_id: UUID, take: int, *, asked: float, began: float | None, ended: float | None
) -> Standing:
    """A try as it was written down."""
    if ended is not None:
        return Standing(question_id, "rest", take, ended)
    if began is not None:
        return Standing(question_id, "answer", take, began)
    return Standing(question_id, "think", take, asked)


def limit(standing: Standing, terms: Terms) -> int | None:
    """Seconds that the stage lasts; None: as long as it takes."""
    return {"think": terms.think, "answer": terms.answer, "rest": None}[standing.stage]


def due(standing: Standing, terms: Terms, *, used: float) -> Stage | None:
    """The stage that has come by the clock alone; None: the one that stands goes on."""
    if standing.stage == "think" and used >= terms.think:
        return "answer"
    if standing.stage == "answer" and 0 < terms.answer <= used - GRACE:
        return "rest"
    return None


def may_retake(standing: Standing, terms: Terms) -> bool:
    """Whether another try is left, once this one has ended."""
    return standing.stage == "rest" and standing.take <= terms.retakes
