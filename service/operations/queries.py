"""Counting what waits."""

from __future__ import annotations

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import Session, SessionState, Utterance, UtteranceStatus

UNHEARD = (UtteranceStatus.PENDING, UtteranceStatus.WAITING)
ON_AIR = (SessionState.CONNECTING, SessionState.LIVE)


async def count_unheard(db: AsyncSession) -> int:
    """Utterances whose sound is kept but not yet transcribed."""
    statement = select(func.count()).where(col(Utterance.status).in_(UNHEARD))
    return (await db.exec(statement)).one()


async def count_live(db: AsyncSession) -> int:
    """Sessions with a candidate in them."""
    statement = select(func.count()).where(col(Session.state).in_(ON_AIR))
    return (await db.exec(statement)).one()
