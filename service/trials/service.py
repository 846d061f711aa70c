"""Trials from their start to their end. Nothing about a trial changes in between."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.audit import Entry, Tag, record
from service.db import Database
from service.errors import ServiceError
from service.tables import Trial, TrialState, utc_now
from service.trials import queries, report
from service.trials.queries import Counts
from service.trials.schemas import GroupView, TrialDraft, TrialView


@dataclass(frozen=True, slots=True)
class Ending:
    """How a trial ends, why, and on what grounds."""

    to: TrialState
    reason: str
    grounds: Mapping[str, object] = field(default_factory=dict)


async def list_trials(db: AsyncSession) -> list[TrialView]:
    """All trials with how far they have come, the newest first."""
    counts = await queries.counts(db)
    found = await queries.trials(db)
    return [report.view(trial, counts.get(trial.id, Counts(0, 0))) for trial in found]


async def list_groups(db: AsyncSession) -> list[GroupView]:
    """What can be taken as a group."""
    return [
        GroupView.model_validate(group.model_dump() | {"plan_title": title})
        for group, title in await queries.groups(db)
    ]


async def start(db: AsyncSession, draft: TrialDraft, person: Person) -> TrialView:
    """Start a trial; interviews that nobody has rated yet go into it. Raises ServiceError 404."""
    if draft.plan_id and not await queries.has_plan(db, draft.plan_id):
        raise ServiceError("not_found", 404, "There is no such plan.")
    if draft.import_id and not await queries.has_import(db, draft.import_id):
        raise ServiceError("not_found", 404, "There is no such group.")
    trial = Trial(**draft.model_dump(), seed=secrets.token_hex(16), created_by=person.id)
    db.add(trial)
    await db.flush()
    detail = draft.model_dump(mode="json", exclude={"name"}) | {"seed": trial.seed}
    entry = Entry(Tag.TRIAL_STARTED, person.actor, f"trial:{trial.id}", detail=detail)
    await record(db, entry)
    return report.view(trial, Counts(0, 0))


async def stop(db: AsyncSession, trial_id: UUID, *, reason: str, person: Person) -> TrialView:
    """End a trial that has not passed. Raises ServiceError 404, `trial_over` (409)."""
    trial = await queries.trial(db, trial_id, lock=True)
    if trial is None:
        raise ServiceError("not_found", 404, "There is no such trial.")
    return await _end(db, trial, Ending(TrialState.STOPPED, reason), person=person)


async def let_out(database: Database, trial_id: UUID, *, reason: str, person: Person) -> TrialView:
    """Let the model out of the shadow, if the lower bound passes the gate that was set.

    Raises ServiceError 404, `trial_over` or `gate_not_passed` (409).
    """
    found = await report.report(database, trial_id)
    async with database.writing() as db:
        trial = await queries.trial(db, trial_id, lock=True)
        if trial is None:
            raise ServiceError("not_found", 404, "There is no such trial.")
        _must_run(trial)
        if not found.gate.passes:
            raise ServiceError(
                "gate_not_passed", 409, "The lower bound of agreement has not passed the gate."
            )
        grounds = {
            "low": found.gate.low,
            "interviews": found.interviews,
            "model_version": found.model_version,
        }
        return await _end(db, trial, Ending(TrialState.PASSED, reason, grounds), person=person)


def _must_run(trial: Trial) -> None:
    if TrialState(trial.state) is not TrialState.RUNNING:
        raise ServiceError("trial_over", 409, "This trial is over.")


async def _end(db: AsyncSession, trial: Trial, ending: Ending, *, person: Person) -> TrialView:
    _must_run(trial)
    trial.state, trial.ended_by, trial.ended_at = ending.to, person.id, utc_now()
    trial.end_reason = ending.reason
    db.add(trial)
    await db.flush()
    detail = {"to": ending.to.value, **ending.grounds}
    await record(db, Entry(Tag.TRIAL_ENDED, person.actor, f"trial:{trial.id}", detail=detail))
    return report.view(trial, (await queries.counts(db)).get(trial.id, Counts(0, 0)))
