"""SQL of sheets: who may rate what, what was locked, and what others said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Tag
from service.tables import (
    Account,
    AuditEvent,
    CalibrationSample,
    Candidate,
    Competency,
    InterviewPlan,
    Invitation,
    RaterKind,
    Rating,
    Rubric,
    Session,
    SessionState,
    Sheet,
    SheetLevel,
    SheetProposal,
    SheetPurpose,
    Trial,
    TrialSession,
    TrialState,
    Verdict,
)
from service.trials.queries import OURS

RECENT = 2000  # sessions that are looked through for re-ratings and checks, the newest first


@dataclass(frozen=True, slots=True)
class Head:
    """A session with the names that it is shown with."""

    session: Session
    candidate_name: str
    plan_title: str


async def lock_session(db: AsyncSession, session_id: UUID) -> Session | None:
    """The session's row; changes of its ratings queue up behind it until this transaction ends."""
    statement = select(Session).where(Session.id == session_id)
    return (await db.exec(statement.with_for_update(key_share=True))).first()


async def own(
    db: AsyncSession, session_id: UUID, account_id: UUID, *, lock: bool = False
) -> Sheet | None:
    """Somebody's sheet of a session."""
    statement = select(Sheet).where(Sheet.session_id == session_id, Sheet.account_id == account_id)
    if lock:
        statement = statement.with_for_update()
    return (await db.exec(statement)).first()


async def levels(db: AsyncSession, sheet_id: UUID) -> Sequence[SheetLevel]:
    """The levels of a locked sheet."""
    return (await db.exec(select(SheetLevel).where(SheetLevel.sheet_id == sheet_id))).all()


async def proposals(db: AsyncSession, sheet_id: UUID) -> Sequence[SheetProposal]:
    """What a check shows."""
    return (await db.exec(select(SheetProposal).where(SheetProposal.sheet_id == sheet_id))).all()


async def others(
    db: AsyncSession, session_id: UUID, account_id: UUID
) -> Sequence[tuple[UUID, str, int]]:
    """What others locked: (competency, name, level)."""
    statement = (
        select(SheetLevel.competency_id, Account.name, SheetLevel.level)
        .join(Sheet, col(Sheet.id) == SheetLevel.sheet_id)
        .join(Account, col(Account.id) == Sheet.account_id)
        .where(
            Sheet.session_id == session_id,
            Sheet.account_id != account_id,
            Sheet.purpose != SheetPurpose.CHECK,
            col(Sheet.locked_at).is_not(None),
        )
        .order_by(col(Sheet.locked_at))
    )
    return (await db.exec(statement)).all()


async def standing(db: AsyncSession, session_id: UUID) -> Sequence[tuple[UUID, str, int]]:
    """Levels that people put in force: (competency, name, level)."""
    statement = (
        select(Rating.competency_id, Account.name, Rating.level)
        .join(Account, col(Account.id) == Rating.account_id)
        .where(Rating.session_id == session_id, col(Rating.is_current))
    )
    return [(row[0], row[1], row[2] or 0) for row in (await db.exec(statement)).all()]


async def model_ratings(db: AsyncSession, session_id: UUID) -> dict[UUID, Rating]:
    """The model's newest rating of each competency."""
    statement = (
        select(Rating)
        .where(Rating.session_id == session_id, Rating.rater == RaterKind.MODEL, OURS)
        .order_by(col(Rating.created_at), col(Rating.id))
    )
    return {row.competency_id: row for row in (await db.exec(statement)).all()}


async def in_force(db: AsyncSession, session_id: UUID) -> set[UUID]:
    """The competencies that have a rating in force."""
    statement = select(Rating.competency_id).where(
        Rating.session_id == session_id, col(Rating.is_current)
    )
    return set((await db.exec(statement)).all())


async def competencies(db: AsyncSession, plan_id: UUID) -> list[UUID]:
    """What an interview under the plan is rated on."""
    statement = select(Competency.id).where(Competency.plan_id == plan_id)
    return list((await db.exec(statement.order_by(col(Competency.index)))).all())


async def rubric_version(db: AsyncSession, plan_id: UUID) -> int:
    """The version of the rubric in force."""
    statement = select(Rubric.version).where(Rubric.plan_id == plan_id, col(Rubric.is_current))
    return int((await db.exec(statement)).one())


async def is_on_running_trial(db: AsyncSession, session_id: UUID) -> bool:
    """Whether a model rates the session in the shadow."""
    statement = (
        select(sa.func.count())
        .select_from(TrialSession)
        .join(Trial, col(Trial.id) == TrialSession.trial_id)
        .where(TrialSession.session_id == session_id, Trial.state == TrialState.RUNNING)
    )
    return bool((await db.exec(statement)).one())


async def heads(db: AsyncSession, session_ids: Collection[UUID]) -> dict[UUID, Head]:
    """Sessions with the names that they are shown with."""
    statement = (
        select(Session, Candidate.name, InterviewPlan.title)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(col(Session.id).in_(session_ids))
    )
    return {row[0].id: Head(*row) for row in (await db.exec(statement)).all()}


async def begun(db: AsyncSession, account_id: UUID) -> list[tuple[UUID, SheetPurpose, datetime]]:
    """Sheets that somebody has opened and not locked: (session, purpose, when)."""
    mine = select(Sheet.session_id, Sheet.purpose, Sheet.opened_at).where(
        Sheet.account_id == account_id, col(Sheet.locked_at).is_(None)
    )
    found = (await db.exec(mine.order_by(col(Sheet.opened_at)))).all()
    return [(session_id, SheetPurpose(purpose), at) for session_id, purpose, at in found]


async def on_trial(db: AsyncSession, account_id: UUID) -> Sequence[tuple[UUID, int]]:
    """Interviews on trial that somebody has not rated, with how many others have."""
    locked = (
        select(Sheet.session_id, sa.func.count().label("n"))
        .where(col(Sheet.locked_at).is_not(None))
        .group_by(col(Sheet.session_id))
        .subquery()
    )
    others = sa.func.coalesce(locked.c.n, 0)
    statement = (
        select(Session.id, others)
        .join(TrialSession, col(TrialSession.session_id) == Session.id)
        .join(Trial, col(Trial.id) == TrialSession.trial_id)
        .outerjoin(locked, locked.c.session_id == Session.id)
        .where(
            col(Session.state) == SessionState.CLOSED,
            Trial.state == TrialState.RUNNING,
            _not_mine(account_id),
        )
        .order_by(others, col(Session.created_at))
    )
    return (await db.exec(statement)).all()


async def unseen(db: AsyncSession, account_id: UUID, purpose: SheetPurpose) -> Sequence[UUID]:
    """Recent cases that somebody has neither opened nor rated, and nobody has on such a sheet.

    For a re-rating: cases that a person has reviewed. For a check: cases that the model rated.
    What is or was on trial is rated blind as it is.
    """
    taken = sa.exists().where(col(Sheet.session_id) == Session.id, col(Sheet.purpose) == purpose)
    on_trial = sa.exists().where(col(TrialSession.session_id) == Session.id)
    statement = select(Session.id).where(
        col(Session.state) == SessionState.CLOSED,
        _not_mine(account_id),
        _not_seen(account_id),
        ~taken,
        ~on_trial,
        _reviewed() if purpose is SheetPurpose.RERATE else _rated_by_model(),
    )
    newest = statement.order_by(col(Session.created_at).desc()).limit(RECENT)
    return (await db.exec(newest)).all()


async def samples(db: AsyncSession, account_id: UUID) -> Sequence[UUID]:
    """Samples for calibration that somebody has neither seen nor rated; many may rate one."""
    statement = (
        select(CalibrationSample.session_id)
        .join(Session, col(Session.id) == CalibrationSample.session_id)
        .where(_not_mine(account_id), _not_seen(account_id))
        .order_by(col(CalibrationSample.added_at), col(Session.id))
    )
    return (await db.exec(statement)).all()


def _not_mine(account_id: UUID) -> ColumnElement[bool]:
    mine = (col(Sheet.session_id) == Session.id) & (col(Sheet.account_id) == account_id)
    return ~sa.exists().where(mine)


def _not_seen(account_id: UUID) -> ColumnElement[bool]:
    """Neither the case nor any rating of it is known to them."""
    viewed = sa.exists().where(
        col(AuditEvent.session_id) == Session.id,
        col(AuditEvent.actor) == f"account:{account_id}",
        col(AuditEvent.tag).in_([Tag.CASE_VIEWED.value, Tag.RATING_OVERRIDDEN.value]),
    )
    rated = sa.exists().where(
        col(Rating.session_id) == Session.id, col(Rating.account_id) == account_id
    )
    return ~viewed & ~rated


def _reviewed() -> ColumnElement[bool]:
    by_hand = sa.exists().where(
        col(Rating.session_id) == Session.id, col(Rating.rater) == RaterKind.HUMAN
    )
    return by_hand | sa.exists().where(col(Verdict.session_id) == Session.id)


def _rated_by_model() -> ColumnElement[bool]:
    return sa.exists().where(
        col(Rating.session_id) == Session.id,
        col(Rating.rater) == RaterKind.MODEL,
        col(Rating.level).is_not(None),
    )
