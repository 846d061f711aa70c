"""SQL of comparisons, exports and links for guests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Tag
from service.tables import Account, AuditEvent, CaseLink, Decision, Outcome


async def outcomes(db: AsyncSession, session_ids: Sequence[UUID]) -> dict[UUID, Decision]:
    """The decisions in force."""
    statement = select(Decision).where(
        col(Decision.session_id).in_(session_ids), col(Decision.is_current)
    )
    return {row.session_id: row for row in (await db.exec(statement)).all()}


async def decisions(db: AsyncSession, session_id: UUID) -> list[tuple[Decision, Account]]:
    """Every decision on a case, the newest first, with who made it."""
    statement = (
        select(Decision, Account)
        .join(Account, col(Account.id) == Decision.account_id)
        .where(Decision.session_id == session_id)
        .order_by(col(Decision.created_at).desc(), col(Decision.id).desc())
    )
    return list((await db.exec(statement)).all())


def outcome_of(decision: Decision | None) -> Outcome | None:
    """What a decision says."""
    return Outcome(decision.outcome) if decision else None


async def audit_head(db: AsyncSession) -> str:
    """The newest hash of the audit chain; empty where nothing has happened."""
    statement = select(AuditEvent.hash).order_by(col(AuditEvent.seq).desc()).limit(1)
    return (await db.exec(statement)).first() or ""


async def links(db: AsyncSession, session_id: UUID) -> list[tuple[CaseLink, Account]]:
    """The links to a case, the newest first, with who made them."""
    statement = (
        select(CaseLink, Account)
        .join(Account, col(Account.id) == CaseLink.created_by)
        .where(CaseLink.session_id == session_id)
        .order_by(col(CaseLink.created_at).desc())
    )
    return list((await db.exec(statement)).all())


async def views(db: AsyncSession, session_id: UUID) -> dict[str, tuple[int, datetime]]:
    """How often each link (as an actor) showed the case, and when last."""
    statement = (
        select(AuditEvent.actor, sa.func.count(), sa.func.max(AuditEvent.at))
        .where(
            col(AuditEvent.session_id) == session_id,
            AuditEvent.tag == Tag.LINK_VIEWED.value,
        )
        .group_by(col(AuditEvent.actor))
    )
    return {actor: (count, at) for actor, count, at in (await db.exec(statement)).all()}


async def link_by_hash(db: AsyncSession, token_hash: str) -> CaseLink | None:
    """The link of a token."""
    return (await db.exec(select(CaseLink).where(CaseLink.token_hash == token_hash))).first()
