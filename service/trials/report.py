"""A trial's report: put together at reading time from what was locked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.agreement import gate
from service.agreement.bootstrap import Interval
from service.db import Database
from service.errors import ServiceError
from service.tables import Trial, TrialMetric
from service.trials import queries
from service.trials.figures import Figures, Item, among_people, figures, gate_interval
from service.trials.queries import Counts, HumanLevel, ModelLevel
from service.trials.schemas import (
    FiguresView,
    GateView,
    IntervalView,
    PeopleView,
    ReportView,
    TimeView,
    TrialView,
)


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made from."""

    trial: Trial
    counts: Counts
    model: Sequence[ModelLevel]
    people: Sequence[HumanLevel]
    seconds: Sequence[float]


async def load(db: AsyncSession, trial_id: UUID, *, lock: bool = False) -> Material:
    """Read a trial. Raises ServiceError 404."""
    trial = await queries.trial(db, trial_id, lock=lock)
    if trial is None:
        raise ServiceError("not_found", 404, "There is no such trial.")
    return Material(
        trial=trial,
        counts=(await queries.counts(db)).get(trial_id, Counts(0, 0)),
        model=await queries.model_levels(db, trial_id),
        people=await queries.human_levels(db, trial_id),
        seconds=await queries.seconds(db, trial_id),
    )


async def report(database: Database, trial_id: UUID) -> ReportView:
    """The report as it stands. Raises ServiceError 404."""
    async with database.reading() as db:
        material = await load(db, trial_id)
    return await asyncio.to_thread(build, material)


def versions(model: Sequence[ModelLevel]) -> list[str]:
    """The model's versions, the one that rated last first: its ratings are what is judged."""
    return list(dict.fromkeys(row.version for row in reversed(model)))


def items(material: Material) -> list[Item]:
    """What both the newest version of the model and a person have rated."""
    newest = versions(material.model)[:1]
    people: dict[tuple[UUID, UUID], list[int]] = defaultdict(list)
    for row in material.people:
        people[row.session_id, row.competency_id].append(row.level)
    return [
        Item(row.session_id, row.level, tuple(found))
        for row in material.model
        if row.level is not None and row.version in newest
        if (found := people.get((row.session_id, row.competency_id)))
    ]


def stand(trial: Trial, found: Sequence[Item]) -> GateView:
    """Whether the lower bound passes the gate, and what is missing to it."""
    interviews = len({item.interview for item in found})
    bounds = gate_interval(found, TrialMetric(trial.metric).value)
    low = bounds.low if gate.is_enough(interviews) else None
    return GateView(
        metric=TrialMetric(trial.metric),
        gate=trial.gate,
        low=low,
        passes=gate.passes(bounds, trial.gate, interviews=interviews, least=trial.min_n),
        needed=gate.needed(bounds, trial.gate, interviews=interviews, least=trial.min_n),
    )


def build(material: Material) -> ReportView:
    """Put a report together; about a second of CPU for a thousand interviews."""
    found = items(material)
    interviews = len({item.interview for item in found})
    enough = gate.is_enough(interviews)
    known = versions(material.model)
    rated = {(row.session_id, row.competency_id) for row in material.people}
    return ReportView(
        trial=view(material.trial, material.counts),
        interviews=interviews,
        pairs=len(found),
        raters=len({row.account_id for row in material.people}),
        declined=sum(
            row.level is None and (row.session_id, row.competency_id) in rated
            for row in material.model
        ),
        model_version=known[0] if known else "",
        other_versions=known[1:],
        missing=None if enough else "too_few_interviews",
        figures=_figures(figures(found)) if enough else None,
        people=_people(found),
        gate=stand(material.trial, found),
        time=_time(material.seconds),
    )


def view(trial: Trial, counts: Counts) -> TrialView:
    """A trial as it goes over the wire."""
    own = {"sessions": counts.sessions, "rated": counts.rated}
    return TrialView.model_validate(trial.model_dump() | own)


def _figures(found: Figures) -> FiguresView:
    return FiguresView.model_validate(found)


def _people(found: Sequence[Item]) -> PeopleView | None:
    interviews, kappa = among_people(found)
    if not gate.is_enough(interviews):
        return None
    return PeopleView(interviews=interviews, kappa=_interval(kappa))


def _interval(found: Interval) -> IntervalView:
    return IntervalView.model_validate(found)


def _time(seconds: Sequence[float]) -> TimeView | None:
    if not seconds:
        return None
    return TimeView(
        n=len(seconds), median=median(seconds), mean=mean(seconds), total=float(sum(seconds))
    )
