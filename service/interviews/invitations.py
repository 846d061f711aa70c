"""Inviting candidates, and taking an invitation back."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.accommodations import agree
from service.access.people import Person
from service.access.tokens import token_hash
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.interviews import queries
from service.interviews.bulk.links import link_of, token_of
from service.interviews.schemas import InvitationDraft, InvitationView, NewInvitation
from service.settings import Settings
from service.tables import Candidate, Invitation, Session, SessionState, utc_now

OVER = frozenset({SessionState.DRAINING, SessionState.CLOSED})
RUNNING = frozenset({SessionState.CONNECTING, SessionState.LIVE})


def _state(rows: queries.InvitationRows) -> str:
    if rows.invitation.revoked_at is not None:
        return "revoked"
    if rows.session.started_at is None and rows.invitation.expires_at <= utc_now():
        return "expired"
    return SessionState(rows.session.state).value


def show(rows: queries.InvitationRows) -> InvitationView:
    """An invitation as it goes over the wire."""
    return InvitationView(
        id=rows.invitation.id,
        plan_id=rows.plan.id,
        plan_title=rows.plan.title,
        candidate_name=rows.candidate.name,
        state=_state(rows),
        declined=rows.consent is not None and not rows.consent.recording,
        session_id=rows.session.id,
        expires_at=rows.invitation.expires_at,
        created_at=rows.invitation.created_at,
        time_zone=rows.invitation.time_zone,
    )


async def _find(db: AsyncSession, invitation_id: UUID) -> queries.InvitationRows:
    found = await queries.invitations(db, only=invitation_id)
    if not found:
        raise ServiceError("not_found", 404, "There is no such invitation.")
    return found[0]


async def find(db: AsyncSession, invitation_id: UUID) -> InvitationView:
    """One invitation. Raises ServiceError 404."""
    return show(await _find(db, invitation_id))


async def create(
    db: AsyncSession, draft: InvitationDraft, *, actor: Person | None, settings: Settings
) -> NewInvitation:
    """Invite somebody: their session begins as invited, in the plan's language."""
    plans = await queries.plans(db, only=draft.plan_id)
    if not plans:
        raise ServiceError("not_found", 404, "There is no such plan.")
    candidate = Candidate(name=draft.candidate_name, email=draft.candidate_email)
    db.add(candidate)
    await db.flush()
    invitation = Invitation(
        plan_id=draft.plan_id,
        candidate_id=candidate.id,
        token_hash="",
        locale=draft.locale,
        expires_at=draft.expires_at,
        created_by=actor.id if actor else None,
    )
    token = token_of(settings, invitation.id)
    invitation.token_hash = token_hash(token)
    db.add(invitation)
    await db.flush()
    if draft.accommodations is not None:
        await agree(db, invitation.id, draft.accommodations)
    language = plans[0].plan.language
    session = Session(invitation_id=invitation.id, plan_id=draft.plan_id, language=language)
    db.add(session)
    await db.flush()
    who = actor.actor if actor else "system"
    detail = {"plan_id": draft.plan_id, "expires_at": draft.expires_at.isoformat()}
    subject = f"invitation:{invitation.id}"
    await record(db, Entry(Tag.INVITATION_CREATED, who, subject, session.id, detail))
    view = show(await _find(db, invitation.id))
    return NewInvitation(**view.model_dump(), link=link_of(settings, invitation.id), token=token)


async def revoke(db: AsyncSession, invitation_id: UUID, *, actor: Person) -> InvitationView:
    """Take an invitation back. A second time changes nothing. Raises ServiceError 404, 409."""
    rows = await _find(db, invitation_id)
    session = await queries.lock_session(db, rows.session.id)
    if SessionState(session.state) in OVER:
        raise ServiceError("session_over", 409, "This interview has already taken place.")
    if SessionState(session.state) in RUNNING:  # else Next and Finish would fail in mid-sentence
        raise ServiceError("interview_running", 409, "The interview has begun. Let it end.")
    if rows.invitation.revoked_at is None:
        rows.invitation.revoked_at = utc_now()
        db.add(rows.invitation)
        await db.flush()
        subject = f"invitation:{invitation_id}"
        await record(db, Entry(Tag.INVITATION_REVOKED, actor.actor, subject, session.id))
    return show(await _find(db, invitation_id))
