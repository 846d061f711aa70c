"""An invitation once more: the same link again, if wished with a new deadline."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.interviews.bulk import queries
from service.interviews.bulk.deadlines import RowFault, deadline_of, zone_of
from service.interviews.bulk.reasons import REASONS
from service.interviews.bulk.schemas import ResendDraft
from service.tables import Invitation, SessionState, utc_now

NOT_BEGUN = frozenset({SessionState.INVITED, SessionState.CONSENTED})


async def resend(
    db: AsyncSession, invitation_id: UUID, *, draft: ResendDraft, actor: Person
) -> None:
    """Let the invitation's letter go again; letters that still wait are made anew.

    Raises ServiceError 404; 409 `session_over`, `interview_running`, `invitation_withdrawn`,
    `invitation_too_late` (expired, and no new deadline given); 422 `deadline_invalid`.
    """
    found = await queries.one(db, invitation_id)
    if found is None:
        raise ServiceError("not_found", 404, "There is no such invitation.")
    invitation, session = found
    now = utc_now()
    state = SessionState(session.state)
    if state in {SessionState.CONNECTING, SessionState.LIVE}:
        raise ServiceError("interview_running", 409, "The interview has begun. Let it end.")
    if state not in NOT_BEGUN:
        raise ServiceError("session_over", 409, "This interview has already taken place.")
    if invitation.revoked_at is not None:
        raise ServiceError(
            "invitation_withdrawn", 409, "This invitation was withdrawn. Make a new one."
        )
    _move_deadline(invitation, draft)
    if invitation.expires_at <= now:
        raise ServiceError("invitation_too_late", 409, "The deadline has passed. Give a new one.")
    await queries.drop_waiting(db, invitation.id, now)
    letters = queries.letters(invitation, now, send=True, hours=draft.remind_hours)
    db.add_all([invitation, *letters])
    await db.flush()
    detail = {"expires_at": invitation.expires_at.isoformat()}
    subject = f"invitation:{invitation.id}"
    await record(db, Entry(Tag.INVITATION_RESENT, actor.actor, subject, session.id, detail))


def _move_deadline(invitation: Invitation, draft: ResendDraft) -> None:
    """Take the draft's deadline over. A new zone alone changes only how the deadline is told."""
    try:
        zone = zone_of(draft.time_zone or invitation.time_zone)
        if draft.deadline:
            invitation.expires_at = deadline_of(draft.deadline, zone, now=utc_now())
    except RowFault as error:
        raise ServiceError("deadline_invalid", 422, REASONS[error.code]["en"]) from error
    invitation.time_zone = zone.key
