"""What a candidate agrees to: kept answer by answer, the newest one counts."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.guests import Guest
from service.access.notices import Notice, notice_for
from service.audit import Entry, Tag, move, record
from service.errors import ServiceError
from service.interviews import queries
from service.interviews.schemas import ConsentDraft
from service.settings import Settings
from service.tables import Consent, Session, SessionState

OVER = frozenset({SessionState.DRAINING, SessionState.CLOSED})
RUNNING = frozenset({SessionState.CONNECTING, SessionState.LIVE})


def _check(draft: ConsentDraft, notice: Notice) -> None:
    if draft.notice_version != notice.version:
        raise ServiceError(
            "consent_outdated", 409, "The notice has changed. Read the new one and answer again."
        )
    for purpose in notice.purposes:
        if getattr(draft.purposes, purpose.purpose) and not purpose.offered:
            raise ServiceError("invalid_body", 422, f"{purpose.purpose} is not offered here.")


def _check_state(session: Session, draft: ConsentDraft) -> None:
    state = SessionState(session.state)
    if state in OVER:
        raise ServiceError("session_over", 409, "This interview is over.")
    if state in RUNNING and not draft.purposes.recording:
        raise ServiceError(
            "session_over", 409, "The interview is running. End it first, then ask for erasure."
        )


async def give(db: AsyncSession, guest: Guest, *, draft: ConsentDraft, settings: Settings) -> None:
    """Store an answer and move the session to where it leads.

    Raises ServiceError `consent_outdated` or `session_over` (409), `invalid_body` (422).
    """
    notice = notice_for(guest.plan.jurisdiction, settings)
    _check(draft, notice)
    session = await queries.lock_session(db, guest.session.id)
    _check_state(session, draft)
    await queries.retire_consent(db, guest.invitation.id)
    purposes = draft.purposes.model_dump()
    consent = Consent(
        invitation_id=guest.invitation.id,
        notice_version=notice.version,
        profile=notice.profile,
        locale=draft.locale,
        **purposes,
    )
    db.add(consent)
    await db.flush()
    detail = {"notice_version": notice.version, "locale": draft.locale, **purposes}
    subject = f"consent:{consent.id}"
    await record(db, Entry(Tag.CONSENT_GIVEN, guest.actor, subject, session.id, detail))
    await _move(db, session, guest=guest, recording=draft.purposes.recording)


async def _move(db: AsyncSession, session: Session, *, guest: Guest, recording: bool) -> None:
    state = SessionState(session.state)
    if recording and state is SessionState.INVITED:
        await move(db, session, SessionState.CONSENTED, actor=guest.actor)
    if not recording and state is SessionState.CONSENTED:
        await move(db, session, SessionState.INVITED, actor=guest.actor)
