"""SQL of the journal."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import JournalChunk, Lane


async def chunks(db: AsyncSession, session_id: UUID) -> Sequence[JournalChunk]:
    """All chunks of a session that wait to be used, each run in its order."""
    statement = select(JournalChunk).where(JournalChunk.session_id == session_id)
    order = (col(JournalChunk.run), col(JournalChunk.lane), col(JournalChunk.number))
    return (await db.exec(statement.order_by(*order))).all()


async def chunk(
    db: AsyncSession, session_id: UUID, *, run: UUID, lane: Lane, number: int
) -> JournalChunk | None:
    """One chunk."""
    statement = select(JournalChunk).where(
        JournalChunk.session_id == session_id,
        JournalChunk.run == run,
        JournalChunk.lane == lane,
        JournalChunk.number == number,
    )
    return (await db.exec(statement)).first()


async def held_bytes(db: AsyncSession, session_id: UUID) -> int:
    """How much of a session's journal is here."""
    statement = select(func.coalesce(func.sum(JournalChunk.size), 0))
    return int((await db.exec(statement.where(JournalChunk.session_id == session_id))).one())


async def with_chunks(db: AsyncSession) -> Sequence[UUID]:
    """Sessions whose chunks wait to be used."""
    return (await db.exec(select(JournalChunk.session_id).distinct())).all()


async def forget(db: AsyncSession, ids: Sequence[UUID]) -> None:
    """Drop chunks that were used."""
    await db.exec(delete(JournalChunk).where(col(JournalChunk.id).in_(ids)))
