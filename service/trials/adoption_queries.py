"""SQL behind the adoption report: columns, not rows of the ORM, of all that was rated lately."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Tag
from service.tables import (
    AuditEvent,
    RaterKind,
    Rating,
    Session,
    SessionState,
    Sheet,
    SheetLevel,
    SheetProposal,
    SheetPurpose,
    TrialSession,
    Verdict,
    VerdictKind,
)
from service.trials.queries import OURS
from service.trials.usage import Judgement, Place, Proposal, Share


async def proposals(db: AsyncSession, since: datetime) -> list[Proposal]:
    """Levels that the model gave, the oldest first."""
    statement = (
        sa.select(
            col(Rating.id),
            col(Rating.session_id),
            col(Rating.competency_id),
            col(Rating.rater_version),
            sa.func.coalesce(col(Rating.level), 0),
            sa.func.coalesce(col(Rating.score), 0.0),
            col(Rating.created_at),
            col(TrialSession.session_id).is_not(None),
        )
        .outerjoin(TrialSession, col(TrialSession.session_id) == Rating.session_id)
        .where(
            col(Rating.rater) == RaterKind.MODEL,
            OURS,
            col(Rating.level).is_not(None),
            col(Rating.score).is_not(None),
            col(Rating.created_at) >= since,
        )
        .order_by(col(Rating.created_at), col(Rating.id))
    )
    connection = await db.connection()
    return [Proposal(*row) for row in (await connection.execute(statement)).all()]


async def standing(db: AsyncSession, since: datetime) -> dict[Place, int]:
    """Levels that people put in force of what was rated since."""
    statement = select(Rating.session_id, Rating.competency_id, Rating.level).where(
        Rating.rater == RaterKind.HUMAN, col(Rating.is_current), Rating.created_at >= since
    )
    return {(row[0], row[1]): row[2] for row in (await db.exec(statement)).all() if row[2]}


async def verdicts(db: AsyncSession, since: datetime) -> dict[UUID, str]:
    """What people said of a rating without giving a level of their own."""
    statement = select(Verdict.rating_id, Verdict.kind).where(
        col(Verdict.is_current), Verdict.created_at >= since, col(Verdict.rating_id).is_not(None)
    )
    return {row[0]: VerdictKind(row[1]).value for row in (await db.exec(statement)).all() if row[0]}


async def evidence_opened(db: AsyncSession, since: datetime) -> Share:
    """Overrides of a model's level before which the person cited evidence or played the answer."""
    before = aliased(Rating)
    statement = (
        select(Rating)
        .join(before, col(before.id) == Rating.supersedes_id)
        .where(
            Rating.rater == RaterKind.HUMAN,
            before.rater == RaterKind.MODEL,
            Rating.created_at >= since,
        )
    )
    played = await _first_played(db)
    found = [
        bool(row.evidence)
        or played.get((row.session_id, f"account:{row.account_id}"), row.created_at)
        < row.created_at
        for row in (await db.exec(statement)).all()
    ]
    return Share(sum(found), len(found))


async def _first_played(db: AsyncSession) -> dict[tuple[UUID | None, str], datetime]:
    """When somebody first played a session's recording."""
    statement = (
        select(AuditEvent.session_id, AuditEvent.actor, sa.func.min(AuditEvent.at))
        .where(AuditEvent.tag == Tag.RECORDING_VIEWED.value)
        .group_by(col(AuditEvent.session_id), col(AuditEvent.actor))
    )
    return {(row[0], row[1]): row[2] for row in (await db.exec(statement)).all()}


async def blind_levels(
    db: AsyncSession, since: datetime, *purposes: SheetPurpose
) -> list[Judgement]:
    """Levels of sheets that were locked without a look at others."""
    statement = (
        select(Sheet.session_id, SheetLevel.competency_id, SheetLevel.level)
        .join(SheetLevel, col(SheetLevel.sheet_id) == Sheet.id)
        .where(col(Sheet.purpose).in_(purposes), col(Sheet.locked_at) >= since)
        .order_by(col(Sheet.locked_at))
    )
    return [Judgement((row[0], row[1]), row[2]) for row in (await db.exec(statement)).all()]


async def checked(db: AsyncSession, since: datetime) -> list[tuple[int, int, int]]:
    """Of locked checks: (the model's level, what was shown, what the person said)."""
    statement = (
        select(SheetProposal.level, SheetProposal.shown, SheetLevel.level)
        .join(Sheet, col(Sheet.id) == SheetProposal.sheet_id)
        .join(
            SheetLevel,
            (col(SheetLevel.sheet_id) == SheetProposal.sheet_id)
            & (col(SheetLevel.competency_id) == SheetProposal.competency_id),
        )
        .where(col(Sheet.locked_at) >= since)
    )
    return [(row[0], row[1], row[2]) for row in (await db.exec(statement)).all()]


async def reviewed(db: AsyncSession, since: datetime) -> list[UUID]:
    """Cases that ended since and that a person has reviewed, those on trial aside."""
    on_trial = sa.exists().where(col(TrialSession.session_id) == Session.id)
    by_hand = sa.exists().where(
        col(Rating.session_id) == Session.id, col(Rating.rater) == RaterKind.HUMAN
    )
    said = sa.exists().where(col(Verdict.session_id) == Session.id)
    statement = select(Session.id).where(
        col(Session.state) == SessionState.CLOSED,
        col(Session.ended_at) >= since,
        by_hand | said,
        ~on_trial,
    )
    return list((await db.exec(statement)).all())


async def rerated(db: AsyncSession) -> set[UUID]:
    """Cases that have a locked re-rating."""
    statement = select(Sheet.session_id).where(
        Sheet.purpose == SheetPurpose.RERATE, col(Sheet.locked_at).is_not(None)
    )
    return set((await db.exec(statement)).all())
