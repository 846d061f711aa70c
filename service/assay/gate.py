"""The gate before a rubric or a score model: what it lets through has stood every case."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from service.assay.cases import BOUNDS, Case, Family, Rule, Said
from service.scoring.rater import rate_answer
from service.scoring.ratings import AnswerRating
from service.scoring.score_model import LOWEST

Rate = Callable[[Said], AnswerRating]
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. An answer that was not rated counts as the lowest score."""

    case: Case
    score: float
    level: int
    base: float | None

    @property
    def value(self) -> float:
        """What the bound is held against: a level, or how far the score moved."""
        if self.case.bound.rule is Rule.LEVEL:
            return float(self.level)
        return self.score - (self.base or 0.0)

    @property
    def excess(self) -> float:
        """How far past the bound; above 0 is a failure."""
        rule, limit = self.case.bound.rule, self.case.bound.limit
        if rule is Rule.DRIFT:
            return abs(self.value) - limit
        if rule is Rule.BETTER:
            return limit - self.value + CLOSE
        return self.value - limit

    @property
    def is_failure(self) -> bool:
        return self.excess > CLOSE if self.case.bound.rule is not Rule.BETTER else self.excess > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """One family: how many cases, how many past the bound, how far the worst one went."""

    family: Family
    cases: int
    failures: int
    worst: float
    mean: float


@dataclass(frozen=True, slots=True)
class Report:
    """Every outcome, in the order of the cases."""

    outcomes: tuple[Outcome, ...]

    @property
    def failures(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.is_failure)

    @property
    def passed(self) -> bool:
        return not self.failures

    def tallies(self) -> list[Tally]:
        """By family, in the order of the bounds. `worst` is the value furthest past its bound."""
        found = []
        for family in BOUNDS:
            own = [one for one in self.outcomes if one.case.family is family]
            if own:
                worst = max(own, key=lambda one: one.excess).value
                mean = math.fsum(one.value for one in own) / len(own)
                failures = sum(one.is_failure for one in own)
                found.append(Tally(family, len(own), failures, worst, mean))
        return found


class Refused(Exception):
    """A rubric or model that does not stand the cases must not be published."""

    def __init__(self, report: Report) -> None:
        failures = report.failures
        super().__init__(f"{len(failures)} of {len(report.outcomes)} cases are past their bounds")
        self.report = report


def rate_plainly(said: Said) -> AnswerRating:
    """The scorer in force."""
    asked = said.asked
    return rate_answer(said.answer, asked.competency, rubric=asked.rubric)


def examine(cases: Iterable[Case], rate: Rate = rate_plainly) -> Report:
    """Rate every case (CPU: about a millisecond each with words alone)."""
    known: dict[Said, AnswerRating] = {}

    def once(said: Said) -> AnswerRating:
        if said not in known:
            known[said] = rate(said)
        return known[said]

    outcomes = []
    for case in cases:
        rated = once(case.said)
        base = once(case.base) if case.base is not None else None
        outcomes.append(
            Outcome(
                case,
                LOWEST if rated.score is None else rated.score,
                1 if rated.level is None else rated.level,
                None if base is None else LOWEST if base.score is None else base.score,
            )
        )
    return Report(tuple(outcomes))


def must_stand(cases: Sequence[Case], rate: Rate = rate_plainly) -> Report:
    """What publishing calls. Raises Refused with the report where a case is past its bound."""
    report = examine(cases, rate)
    if not report.passed:
        raise Refused(report)
    return report
