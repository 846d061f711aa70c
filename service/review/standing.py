"""Where each competency of a case stands, and what that adds up to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from service.tables import BasisJson, Competency, RaterKind, Rating, Verdict, VerdictKind

# open: nobody has looked; accepted, set_aside: what a person said of the proposal; changed: a
# person's own rating is in force.
State = Literal["open", "accepted", "changed", "set_aside"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One competency: the rating in force, and the verdict on it (None: none that counts)."""

    competency: Competency
    rating: Rating | None
    verdict: Verdict | None
    state: State

    @property
    def counts(self) -> bool:
        """Whether its level goes into the whole."""
        is_rated = self.rating is not None and self.rating.level is not None
        return is_rated and self.state != "set_aside"


@dataclass(frozen=True, slots=True)
class Whole:
    """The mean over the competencies that count, 1 to 5.

    `low` and `high` are the means of their intervals' ends: right if all of them err the same way,
    too wide otherwise. A person's level has no interval and stands for itself.
    """

    level: float | None
    low: float | None
    high: float | None
    counted: int


def standings(
    competencies: Sequence[Competency], ratings: Iterable[Rating], verdicts: Iterable[Verdict]
) -> list[Standing]:
    """Every competency in the plan's order. `ratings`, `verdicts`: those in force."""
    rated = {row.competency_id: row for row in ratings}
    said = {row.competency_id: row for row in verdicts}
    return [_standing(each, rated.get(each.id), said.get(each.id)) for each in competencies]


def _standing(competency: Competency, rating: Rating | None, verdict: Verdict | None) -> Standing:
    if rating is not None and rating.rater is RaterKind.HUMAN:
        return Standing(competency, rating, None, "changed")
    if verdict is None or verdict.rating_id != (rating.id if rating else None):
        return Standing(competency, rating, None, "open")  # it spoke of what stood before
    state: State = "accepted" if verdict.kind is VerdictKind.ACCEPT else "set_aside"
    return Standing(competency, rating, verdict, state)


def missing(found: Iterable[Standing]) -> list[Competency]:
    """What nobody has looked at yet."""
    return [each.competency for each in found if each.state == "open"]


def whole(found: Iterable[Standing]) -> Whole:
    """What the levels in force add up to."""
    counted = [each.rating for each in found if each.counts and each.rating]
    if not counted:
        return Whole(None, None, None, 0)
    levels = [float(row.level or 0) for row in counted]
    lows = [row.low if row.low is not None else at for row, at in zip(counted, levels, strict=True)]
    highs = [
        row.high if row.high is not None else at for row, at in zip(counted, levels, strict=True)
    ]
    n = len(counted)
    return Whole(sum(levels) / n, sum(lows) / n, sum(highs) / n, n)


def basis(found: Iterable[Standing]) -> list[BasisJson]:
    """What a decision rested on, to be kept with it."""
    return [
        BasisJson(
            competency_id=str(each.competency.id),
            rating_id=str(each.rating.id) if each.rating else None,
            level=each.rating.level if each.rating and each.counts else None,
            verdict=each.state,
        )
        for each in found
    ]
