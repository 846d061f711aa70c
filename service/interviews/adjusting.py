"""What a candidate needs, chosen on their own page."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.accommodations import AdjustmentsView, agree
from service.access.guests import Guest
from service.errors import ServiceError
from service.interviews import queries
from service.tables import SessionState

OPEN = frozenset({SessionState.INVITED, SessionState.CONSENTED})


async def choose(db: AsyncSession, guest: Guest, *, wanted: AdjustmentsView) -> None:
    """Keep a candidate's choice. Raises ServiceError 409 once the interview has begun.

    Before that only: a clock that runs cannot be lengthened by whom it runs against.
    """
    session = await queries.lock_session(db, guest.session.id)
    if SessionState(session.state) not in OPEN or session.started_at is not None:
        raise ServiceError(
            "interview_running", 409, "The interview has begun. Write to whoever invited you."
        )
    await agree(db, guest.invitation.id, wanted)
