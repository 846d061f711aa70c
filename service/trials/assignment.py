"""Which trial a session goes into, before any model has rated it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.agreement.selection import is_taken
from service.audit import Entry, Tag, record
from service.db import Database
from service.tables import Invitation, Session, Trial, TrialBasis, TrialSession
from service.trials import queries


def takes(trial: Trial, session: Session, invitation: Invitation) -> bool:
    """Whether a trial takes a session: by job, group or neither, then by its share.

    The same seed and session always give the same answer.
    """
    basis = TrialBasis(trial.basis)
    if basis is TrialBasis.JOB and session.plan_id != trial.plan_id:
        return False
    if basis is TrialBasis.GROUP and invitation.import_id != trial.import_id:
        return False
    return is_taken(trial.seed, str(session.id), trial.share)


def first(trials: Sequence[Trial], session: Session, invitation: Invitation) -> Trial | None:
    """The trial that takes it; where several would, the oldest."""
    return next((trial for trial in trials if takes(trial, session, invitation)), None)


async def assign(database: Database, session_id: UUID) -> None:
    """Take a session into a running trial if one wants it. To be called before it is rated."""
    async with database.reading() as db:
        if await _wanted(db, session_id) is None:
            return
    async with database.writing() as db:
        trial = await _wanted(db, session_id)
        if trial is None:
            return
        db.add(TrialSession(session_id=session_id, trial_id=trial.id))
        await db.flush()
        detail = {"trial_id": trial.id}
        subject = f"trial:{trial.id}"
        await record(db, Entry(Tag.TRIAL_ASSIGNED, "system", subject, session_id, detail))


async def _wanted(db: AsyncSession, session_id: UUID) -> Trial | None:
    trials = await queries.running(db)
    found = await queries.unrated(db, session_id) if trials else None
    return first(trials, *found) if found else None
