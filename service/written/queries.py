"""SQL of answers in writing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import TYPED, AskedQuestion, Question, Session, Utterance


async def lock_session(db: AsyncSession, session_id: UUID) -> Session:
    """The session's row, which nobody else changes until this transaction ends."""
    statement = select(Session).where(Session.id == session_id).with_for_update()
    return (await db.exec(statement)).one()


async def question(db: AsyncSession, plan_id: UUID, question_id: UUID) -> Question | None:
    """A question, if it is the plan's."""
    statement = select(Question).where(Question.id == question_id, Question.plan_id == plan_id)
    return (await db.exec(statement)).first()


async def answers(db: AsyncSession, session_id: UUID) -> Sequence[Utterance]:
    """What was written, by question."""
    statement = (
        select(Utterance)
        .join(Question, col(Question.id) == Utterance.question_id)
        .where(Utterance.session_id == session_id, Utterance.engine == TYPED)
        .order_by(col(Question.index))
    )
    return (await db.exec(statement)).all()


async def answer(db: AsyncSession, session_id: UUID, question_id: UUID) -> Utterance | None:
    """The written answer to a question."""
    statement = select(Utterance).where(
        Utterance.session_id == session_id,
        Utterance.question_id == question_id,
        Utterance.engine == TYPED,
    )
    return (await db.exec(statement)).first()


async def asked(db: AsyncSession, session_id: UUID, question_id: UUID) -> AskedQuestion | None:
    """When a question was put before the candidate."""
    return await db.get(AskedQuestion, (session_id, question_id))


async def count(db: AsyncSession, session_id: UUID) -> int:
    """How many answers were written."""
    statement = select(func.count()).where(
        col(Utterance.session_id) == session_id, col(Utterance.engine) == TYPED
    )
    return int((await db.exec(statement)).one())


async def end(db: AsyncSession, session_id: UUID, *, at: datetime, seconds: float) -> None:
    """No question stands any more; the sitting has lasted so long."""
    open_ones = update(AskedQuestion).where(
        col(AskedQuestion.session_id) == session_id, col(AskedQuestion.ended).is_(None)
    )
    await db.exec(open_ones.values(ended=seconds))
    statement = update(Session).where(col(Session.id) == session_id)
    await db.exec(statement.values(current_question_id=None, media_seconds=seconds, ended_at=at))
