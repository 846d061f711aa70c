"""Writes down the tries at a question. Who calls `add` and `close` commits."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Entry, Tag, record
from service.live.staging import Standing, restored
from service.live.take_queries import last
from service.live.tools import Facts, Tools
from service.tables import Take


async def standing(db: AsyncSession, session_id: UUID, question_id: UUID | None) -> Standing | None:
    """Where the candidate stands with a question; None: nothing is written down of it."""
    row = await last(db, session_id, question_id) if question_id is not None else None
    if row is None:
        return None
    return restored(row.question_id, row.number, asked=row.asked, began=row.began, ended=row.ended)


async def add(db: AsyncSession, session_id: UUID, now: Standing) -> None:
    """A try begins."""
    began = now.at if now.stage == "answer" else None
    row = Take(session_id=session_id, question_id=now.question_id, number=now.take, asked=now.at)
    row.began = began
    db.add(row)
    await db.flush()


async def close(db: AsyncSession, session_id: UUID, question_id: UUID, *, at: float) -> None:
    """The newest try at a question ends, if it has not."""
    row = await last(db, session_id, question_id)
    if row is not None and row.ended is None:
        row.ended = max(at, row.asked)
        db.add(row)
        await db.flush()


async def write(tools: Tools, facts: Facts, now: Standing) -> None:
    """One transaction: a try has come to a stage, or a new one has begun (on record)."""
    async with tools.database.writing() as db:
        row = await last(db, facts.session_id, now.question_id)
        if row is None or row.number < now.take:
            await add(db, facts.session_id, now)
            await _note(db, facts, now)
            return
        if now.stage == "answer":
            row.began = now.at
        elif now.stage == "rest":
            row.ended = max(now.at, row.asked)
        db.add(row)
        await db.flush()


async def _note(db: AsyncSession, facts: Facts, now: Standing) -> None:
    subject = f"question:{now.question_id}"
    detail = {"take": now.take, "at": round(now.at, 3)}
    await record(db, Entry(Tag.QUESTION_RETAKEN, facts.actor, subject, facts.session_id, detail))
