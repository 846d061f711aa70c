"""SQL of the front: one question."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import Invitation, Session


async def session_of(db: AsyncSession, token_hash: str) -> UUID | None:
    """The session that an invitation leads to."""
    statement = (
        select(Session.id)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .where(Invitation.token_hash == token_hash)
    )
    return (await db.exec(statement)).first()
