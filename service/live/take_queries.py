"""SQL of the tries at a question."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import Take


async def last(db: AsyncSession, session_id: UUID, question_id: UUID) -> Take | None:
    """The newest try at a question."""
    statement = (
        select(Take)
        .where(Take.session_id == session_id, Take.question_id == question_id)
        .order_by(col(Take.number).desc())
        .limit(1)
    )
    return (await db.exec(statement)).first()
