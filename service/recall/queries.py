"""SQL of what a candidate looks at before submitting."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import OwnWords, Session, Utterance


async def lock_session(db: AsyncSession, session_id: UUID) -> Session:
    """The session's row, which nobody else changes until this transaction ends."""
    statement = select(Session).where(Session.id == session_id).with_for_update()
    return (await db.exec(statement)).one()


async def utterances(db: AsyncSession, session_id: UUID) -> Sequence[Utterance]:
    """What was said, in order of time."""
    statement = select(Utterance).where(Utterance.session_id == session_id)
    return (await db.exec(statement.order_by(col(Utterance.start), col(Utterance.id)))).all()


async def utterance(db: AsyncSession, session_id: UUID, utterance_id: UUID) -> Utterance | None:
    """One utterance, if it is that session's."""
    statement = select(Utterance).where(
        Utterance.id == utterance_id, Utterance.session_id == session_id
    )
    return (await db.exec(statement)).first()


async def own_words(db: AsyncSession, utterance_id: UUID) -> OwnWords | None:
    """The candidate's words in force for an utterance."""
    statement = select(OwnWords).where(
        OwnWords.utterance_id == utterance_id, col(OwnWords.is_current)
    )
    return (await db.exec(statement)).first()


async def retire(db: AsyncSession, words_id: UUID) -> None:
    """Take words out of force; they stay."""
    statement = update(OwnWords).where(col(OwnWords.id) == words_id).values(is_current=False)
    await db.exec(statement.execution_options(synchronize_session=False))
