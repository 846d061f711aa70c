"""Audited changes of a session's state."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit.chain import Entry, record
from service.audit.tags import Tag
from service.errors import ServiceError
from service.tables import MOVES, Session, SessionState, utc_now


async def move(db: AsyncSession, session: Session, to: SessionState, *, actor: str) -> bool:
    """Change the state and record it, in the caller's transaction; False when already there.

    Raises ServiceError `session_over` when the change is not one of `MOVES`.
    """
    before = SessionState(session.state)
    if before == to:
        return False
    if to not in MOVES[before]:
        raise ServiceError(
            "session_over", 409, f"This interview is {before.value}; it cannot become {to.value}."
        )
    session.state = to
    if to is SessionState.LIVE and session.started_at is None:
        session.started_at = utc_now()
    if to in {SessionState.CLOSED, SessionState.FAILED}:
        session.ended_at = utc_now()
    db.add(session)
    await db.flush()  # rows before the chain's lock, so that two writers cannot wait crosswise
    detail = {"from": before.value, "to": to.value}
    await record(db, Entry(Tag.SESSION_MOVED, actor, f"session:{session.id}", session.id, detail))
    return True
