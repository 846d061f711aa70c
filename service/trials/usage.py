"""What people make of the model's proposals. Pure: from rows to counts, shares and alarms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import mean
from uuid import UUID

from service.agreement import drift as drifting
from service.agreement.bootstrap import Interval, interval
from service.agreement.counts import tables
from service.agreement.drift import Drift
from service.agreement.gate import ENOUGH, is_enough
from service.agreement.kappa import weighted_kappa
from service.agreement.proportions import wilson

Place = tuple[UUID, UUID]  # session, competency
Levels = Mapping[Place, Sequence[int]]


class Fate(StrEnum):
    """What became of a proposal."""

    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    SET_ASIDE = "set_aside"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level that the model gave. `score` in 1..5."""

    rating_id: UUID
    session_id: UUID
    competency_id: UUID
    version: str
    level: int
    score: float
    made_at: datetime
    is_shadow: bool = False

    @property
    def place(self) -> Place:
        """Where it belongs."""
        return self.session_id, self.competency_id


@dataclass(frozen=True, slots=True)
class Judgement:
    """A level that a person gave."""

    place: Place
    level: int


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`."""

    hits: int
    n: int

    @property
    def share(self) -> Interval:
        """With its interval."""
        return wilson(self.hits, self.n)


@dataclass(frozen=True, slots=True)
class Blind:
    """Agreement of what was rated blind."""

    interviews: int
    kappa: Interval | None


@dataclass(frozen=True, slots=True)
class Span:
    """One version of the model in one month."""

    version: str
    month: str
    n: int
    psi: float | None
    error: float | None
    error_n: int
    moved: float | None
    drift: Drift


def newest(proposals: Iterable[Proposal]) -> dict[Place, Proposal]:
    """The model's last word on each place (they come oldest first)."""
    return {proposal.place: proposal for proposal in proposals}


def fate(proposal: Proposal, *, levels: dict[Place, int], verdicts: dict[UUID, str]) -> Fate:
    """What became of a proposal: a person's level in force counts before a verdict on it."""
    level = levels.get(proposal.place)
    if level is not None:
        return Fate.ACCEPTED if level == proposal.level else Fate.OVERRIDDEN
    said = verdicts.get(proposal.rating_id)
    return {"accept": Fate.ACCEPTED, "set_aside": Fate.SET_ASIDE}.get(said or "", Fate.OPEN)


def fates(
    proposals: Iterable[Proposal], *, levels: dict[Place, int], verdicts: dict[UUID, str]
) -> Counter[Fate]:
    """How often each fate befell a proposal that people saw."""
    shown = newest(each for each in proposals if not each.is_shadow).values()
    return Counter(fate(each, levels=levels, verdicts=verdicts) for each in shown)


def adoption(found: Counter[Fate]) -> Share:
    """Accepted among those judged."""
    judged = sum(found.values()) - found[Fate.OPEN]
    return Share(found[Fate.ACCEPTED], judged)


def blind(pairs: Sequence[tuple[Hashable, int, int]]) -> Blind:
    """How far pairs of levels (interview, one, other) agree; nothing below 30 interviews."""
    names = {name for name, _, _ in pairs}
    if not is_enough(len(names)):
        return Blind(len(names), None)
    interviews, first, second = zip(*pairs, strict=True)
    return Blind(len(names), interval(tables(first, second, interviews), weighted_kappa))


def against(
    proposals: Iterable[Proposal], judgements: Iterable[Judgement]
) -> list[tuple[UUID, int, int]]:
    """The model's last word beside each blind level: (interview, model, person)."""
    last = newest(proposals)
    return [
        (each.place[0], last[each.place].level, each.level)
        for each in judgements
        if each.place in last
    ]


def spans(proposals: Sequence[Proposal], judgements: Iterable[Judgement]) -> list[Span]:
    """Each version in each month, against the first that has enough scores to compare with."""
    levels: dict[Place, list[int]] = defaultdict(list)
    for judgement in judgements:
        levels[judgement.place].append(judgement.level)
    groups: dict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for proposal in sorted(proposals, key=lambda each: each.made_at):
        groups[f"{proposal.made_at:%Y-%m}", proposal.version].append(proposal)
    enough = (found for found in groups.values() if len(found) >= ENOUGH)
    first = Reference.of(next(enough, []), levels)
    return [_span(key, found, first, levels=levels) for key, found in groups.items()]


@dataclass(frozen=True, slots=True)
class Reference:
    """What later scores are held against."""

    scores: list[float]
    error: float | None

    @classmethod
    def of(cls, found: Sequence[Proposal], levels: Levels) -> Reference:
        """The scores and the signed error of some proposals."""
        return cls([each.score for each in found], _error(found, levels)[0])


def _span(
    key: tuple[str, str], found: Sequence[Proposal], first: Reference, *, levels: Levels
) -> Span:
    error, error_n = _error(found, levels)
    index = None
    if first.scores and len(found) >= ENOUGH:
        scores = [each.score for each in found]
        index = drifting.psi(drifting.shares(first.scores), drifting.shares(scores))
    moved = error - first.error if error is not None and first.error is not None else None
    return Span(
        version=key[1],
        month=key[0],
        n=len(found),
        psi=index,
        error=error,
        error_n=error_n,
        moved=moved,
        drift=drifting.drift(index, moved),
    )


def _error(found: Sequence[Proposal], levels: Levels) -> tuple[float | None, int]:
    """Mean of model minus person, and over how many pairs; no mean below 30 of them.

    Of levels that were given blind: those that were given to correct the model would overstate it.
    """
    apart = [each.level - level for each in found for level in levels.get(each.place, ())]
    return (mean(apart) if len(apart) >= ENOUGH else None), len(apart)
