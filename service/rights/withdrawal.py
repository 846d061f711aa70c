"""Consent taken back, as easily as it was given (GDPR art. 7(3), PIPL art. 15).

What rested on it goes: without `recording`, files of sound and picture; without `ai_scoring`, what
a model proposed counts no more; without `facial_analysis`, what was read from the face. What people
have written and decided stays.
"""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.guests import Guest
from service.access.views import PurposeFlags
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.rights import queries
from service.rights.erasing import Eraser, Order
from service.rights.service import RUNNING
from service.tables import Consent, SessionState

PURPOSES = ("recording", "ai_scoring", "facial_analysis")
CLASS_OF = {"recording": "recording", "facial_analysis": "biometric"}


async def withdraw(eraser: Eraser, guest: Guest, purposes: PurposeFlags) -> None:
    """Take consents back, and erase what rested on them. Raises ServiceError 409."""
    async with eraser.database.writing() as db:
        taken = await _take_back(db, guest, purposes)
    classes = tuple(CLASS_OF[one] for one in taken if one in CLASS_OF)
    if classes:
        await eraser.erase(Order(guest.session.id, "withdrawal", classes))


async def _take_back(db: AsyncSession, guest: Guest, purposes: PurposeFlags) -> list[str]:
    session = await queries.lock_session(db, guest.session.id)
    if session is None or SessionState(session.state) in RUNNING:
        raise ServiceError("interview_running", 409, "The interview is running. Let it end.")
    given = [row for row in await queries.consents(db, guest.invitation.id) if row.is_current]
    taken = [p for p in PURPOSES if getattr(purposes, p) and given and getattr(given[0], p)]
    if not taken:
        raise ServiceError("nothing_to_withdraw", 409, "You have not agreed to that, or no longer.")
    before = given[0]
    await queries.retire_consent(db, guest.invitation.id)
    consent = Consent(
        invitation_id=guest.invitation.id,
        notice_version=before.notice_version,
        profile=before.profile,
        locale=before.locale,
        recording=before.recording and "recording" not in taken,
        ai_scoring=before.ai_scoring and "ai_scoring" not in taken,
        facial_analysis=before.facial_analysis and "facial_analysis" not in taken,
    )
    db.add(consent)
    await db.flush()
    retired = await queries.retire_model_ratings(db, session.id) if "ai_scoring" in taken else 0
    detail = {"withdrawn": taken, "ratings_retired": retired}
    subject = f"consent:{consent.id}"
    await record(db, Entry(Tag.CONSENT_WITHDRAWN, guest.actor, subject, session.id, detail))
    return taken
