"""SQL of trials: which sessions are on one, and what was rated there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.llm.prompt import PREFIX
from service.tables import (
    Consent,
    InterviewPlan,
    Invitation,
    InvitationImport,
    RaterKind,
    Rating,
    Session,
    Sheet,
    SheetLevel,
    SheetPurpose,
    Trial,
    TrialSession,
    TrialState,
)

OURS = sa.not_(col(Rating.rater_version).startswith(PREFIX))  # a second opinion is not on trial


@dataclass(frozen=True, slots=True)
class ModelLevel:
    """What the model said of one competency of one session. `level` None: it declined."""

    session_id: UUID
    competency_id: UUID
    level: int | None
    version: str


@dataclass(frozen=True, slots=True)
class HumanLevel:
    """One level of a locked sheet."""

    session_id: UUID
    competency_id: UUID
    account_id: UUID
    level: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a trial: sessions on it, and those with a locked sheet."""

    sessions: int
    rated: int


async def trials(db: AsyncSession) -> Sequence[Trial]:
    """All trials, the newest first."""
    order = (col(Trial.created_at).desc(), col(Trial.id).desc())
    return (await db.exec(select(Trial).order_by(*order))).all()


async def trial(db: AsyncSession, trial_id: UUID, *, lock: bool = False) -> Trial | None:
    """One trial, its row locked if it is to be changed."""
    statement = select(Trial).where(Trial.id == trial_id)
    if lock:
        statement = statement.with_for_update()
    return (await db.exec(statement)).first()


async def running(db: AsyncSession) -> Sequence[Trial]:
    """Trials that take sessions, the oldest first."""
    statement = select(Trial).where(Trial.state == TrialState.RUNNING)
    return (await db.exec(statement.order_by(col(Trial.created_at), col(Trial.id)))).all()


async def counts(db: AsyncSession) -> dict[UUID, Counts]:
    """How far each trial has come."""
    rated = (
        select(Sheet.session_id)
        .where(Sheet.purpose == SheetPurpose.TRIAL, col(Sheet.locked_at).is_not(None))
        .distinct()
        .subquery()
    )
    statement = (
        select(TrialSession.trial_id, sa.func.count(), sa.func.count(rated.c.session_id))
        .outerjoin(rated, rated.c.session_id == TrialSession.session_id)
        .group_by(col(TrialSession.trial_id))
    )
    return {row[0]: Counts(row[1], row[2]) for row in (await db.exec(statement)).all()}


async def unrated(db: AsyncSession, session_id: UUID) -> tuple[Session, Invitation] | None:
    """A session that a model may rate, and that nobody has rated or taken into a trial yet."""
    statement = (
        select(Session, Invitation)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Consent, col(Consent.invitation_id) == Invitation.id)
        .outerjoin(TrialSession, col(TrialSession.session_id) == Session.id)
        .where(
            Session.id == session_id,
            col(Consent.is_current),
            col(Consent.ai_scoring),
            col(TrialSession.session_id).is_(None),
            ~sa.exists().where(col(Rating.session_id) == Session.id),
        )
    )
    return (await db.exec(statement)).first()


async def has_plan(db: AsyncSession, plan_id: UUID) -> bool:
    """Whether there is such a plan."""
    return await db.get(InterviewPlan, plan_id) is not None


async def has_import(db: AsyncSession, import_id: UUID) -> bool:
    """Whether there is such an import."""
    return await db.get(InvitationImport, import_id) is not None


async def groups(db: AsyncSession) -> Sequence[tuple[InvitationImport, str]]:
    """Imports that can be taken as groups, with their plans' titles, the newest first."""
    statement = (
        select(InvitationImport, InterviewPlan.title)
        .join(InterviewPlan, col(InterviewPlan.id) == InvitationImport.plan_id)
        .order_by(col(InvitationImport.created_at).desc())
        .limit(200)
    )
    return (await db.exec(statement)).all()


async def model_levels(db: AsyncSession, trial_id: UUID) -> list[ModelLevel]:
    """The model's newest rating of each competency of each session on the trial."""
    statement = (
        select(Rating.session_id, Rating.competency_id, Rating.level, Rating.rater_version)
        .join(TrialSession, col(TrialSession.session_id) == Rating.session_id)
        .where(TrialSession.trial_id == trial_id, Rating.rater == RaterKind.MODEL, OURS)
        .order_by(col(Rating.created_at), col(Rating.id))
    )
    newest = {(row[0], row[1]): ModelLevel(*row) for row in (await db.exec(statement)).all()}
    return list(newest.values())


async def human_levels(db: AsyncSession, trial_id: UUID) -> list[HumanLevel]:
    """Locked levels of the sessions on the trial, in the order of their locking."""
    statement = (
        select(Sheet, SheetLevel)
        .join(SheetLevel, col(SheetLevel.sheet_id) == Sheet.id)
        .join(TrialSession, col(TrialSession.session_id) == Sheet.session_id)
        .where(
            TrialSession.trial_id == trial_id,
            Sheet.purpose == SheetPurpose.TRIAL,
            col(Sheet.locked_at).is_not(None),
        )
        .order_by(col(Sheet.locked_at), col(Sheet.id))
    )
    return [
        HumanLevel(sheet.session_id, row.competency_id, sheet.account_id, row.level)
        for sheet, row in (await db.exec(statement)).all()
    ]


async def seconds(db: AsyncSession, trial_id: UUID) -> list[float]:
    """How long people worked on each locked sheet of the trial."""
    statement = (
        select(Sheet.seconds)
        .join(TrialSession, col(TrialSession.session_id) == Sheet.session_id)
        .where(
            TrialSession.trial_id == trial_id,
            Sheet.purpose == SheetPurpose.TRIAL,
            col(Sheet.locked_at).is_not(None),
        )
    )
    return [float(found) for found in (await db.exec(statement)).all() if found is not None]
