"""SQL of the queue: a fixed number of queries per page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.review.queries import Head
from service.tables import (
    Candidate,
    Competency,
    InterviewPlan,
    Invitation,
    RaterKind,
    Rating,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
)

UNHEARD = (UtteranceStatus.PENDING, UtteranceStatus.WAITING)


async def count(db: AsyncSession, states: Collection[SessionState]) -> int:
    """How many sessions are in one of these states."""
    statement = select(sa.func.count()).select_from(Session).where(col(Session.state).in_(states))
    return int((await db.exec(statement)).one())


async def page(
    db: AsyncSession, states: Collection[SessionState], *, offset: int, limit: int
) -> list[Head]:
    """Sessions in one of these states, the newest first."""
    statement = (
        select(Session, Candidate, InterviewPlan)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(col(Session.state).in_(states))
        .order_by(col(Session.created_at).desc(), col(Session.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return [Head(*row) for row in (await db.exec(statement)).all()]


async def current_ratings(
    db: AsyncSession, session_ids: Collection[UUID]
) -> Sequence[tuple[Rating, Competency]]:
    """The ratings in force of several sessions, in the order of their competencies."""
    statement = (
        select(Rating, Competency)
        .join(Competency, col(Competency.id) == Rating.competency_id)
        .where(col(Rating.session_id).in_(session_ids), col(Rating.is_current))
        .order_by(col(Competency.index))
    )
    return (await db.exec(statement)).all()


async def reviewed(db: AsyncSession, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of the sessions in which a person has rated anything."""
    statement = select(Rating.session_id).where(
        col(Rating.session_id).in_(session_ids), col(Rating.rater) == RaterKind.HUMAN
    )
    return set((await db.exec(statement.distinct())).all())


async def unheard(db: AsyncSession, session_ids: Collection[UUID]) -> set[UUID]:
    """Those of the sessions with speech that has no text yet."""
    statement = select(Utterance.session_id).where(
        col(Utterance.session_id).in_(session_ids), col(Utterance.status).in_(UNHEARD)
    )
    return set((await db.exec(statement.distinct())).all())
