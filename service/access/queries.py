"""SQL that candidates' views in several rooms need."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.guests import Guest
from service.tables import Consent, OwnWords, Question, Session, Take


async def questions_of(db: AsyncSession, plan_id: UUID) -> Sequence[Question]:
    """A plan's questions in the order of asking."""
    statement = select(Question).where(Question.plan_id == plan_id).order_by(col(Question.index))
    return (await db.exec(statement)).all()


async def refreshed(db: AsyncSession, guest: Guest) -> Guest:
    """The same guest with session and consent as this transaction sees them."""
    session = await db.get_one(Session, guest.session.id)
    invitation_id = guest.invitation.id
    query = select(Consent).where(Consent.invitation_id == invitation_id, col(Consent.is_current))
    return Guest(guest.invitation, session, guest.plan, (await db.exec(query)).first())


async def takes_of(db: AsyncSession, session_id: UUID) -> Sequence[Take]:
    """Every try at every question, in the order of time."""
    statement = select(Take).where(Take.session_id == session_id)
    return (await db.exec(statement.order_by(col(Take.asked), col(Take.number)))).all()


async def own_words_of(db: AsyncSession, session_id: UUID) -> dict[UUID, OwnWords]:
    """What the candidate says they said, by utterance."""
    statement = select(OwnWords).where(OwnWords.session_id == session_id, col(OwnWords.is_current))
    return {row.utterance_id: row for row in (await db.exec(statement)).all()}
