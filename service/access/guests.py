"""The candidate behind a request, known by the token of their invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.deps import DatabaseDep
from service.access.tokens import token_hash
from service.errors import ServiceError
from service.tables import Consent, Erasure, InterviewPlan, Invitation, Session, utc_now

SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Guest:
    """A candidate with a valid invitation, as it stood when the request came.

    Rows are detached: to change one, load it again in the request's own transaction.
    """

    invitation: Invitation
    session: Session
    plan: InterviewPlan
    consent: Consent | None

    @property
    def actor(self) -> str:
        """How the audit record names them."""
        return f"candidate:{self.invitation.candidate_id}"


async def find_guest(db: AsyncSession, token: str) -> Guest:
    """The guest of a token. Raises ServiceError 401 (unknown) or 410 (expired, revoked)."""
    statement = (
        select(Invitation, Session, InterviewPlan)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .join(InterviewPlan, col(InterviewPlan.id) == Invitation.plan_id)
        .where(Invitation.token_hash == token_hash(token))
    )
    row = (await db.exec(statement)).first()
    if row is None:
        await _refuse_erased(db, token)
        raise ServiceError(
            "invitation_unknown", 401, "This link is not known. Open it again from your e-mail."
        )
    invitation, session, plan = row
    if invitation.revoked_at is not None:
        raise ServiceError(
            "invitation_revoked", 410, "This invitation was withdrawn. Ask whoever invited you."
        )
    if invitation.expires_at <= utc_now() and session.started_at is None:
        raise ServiceError(
            "invitation_expired", 410, "This invitation has expired. Ask for a new one."
        )
    query = select(Consent).where(Consent.invitation_id == invitation.id, col(Consent.is_current))
    return Guest(invitation, session, plan, (await db.exec(query)).first())


async def _refuse_erased(db: AsyncSession, token: str) -> None:
    """Whoever had their data erased is told so, and by nothing but the token itself."""
    statement = select(Erasure.id).where(Erasure.token_hash == token_hash(token))
    if (await db.exec(statement)).first() is not None:
        raise ServiceError("invitation_erased", 410, "Everything about this interview was erased.")


async def current_guest(
    database: DatabaseDep, authorization: Annotated[str, Header()] = ""
) -> Guest:
    """The candidate who sent `Authorization: Bearer <token>`."""
    if not authorization.lower().startswith(SCHEME):
        raise ServiceError(
            "invitation_unknown",
            401,
            "Send the invitation's token as a bearer token.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    async with database.reading() as db:
        return await find_guest(db, authorization[len(SCHEME) :].strip())


GuestDep = Annotated[Guest, Depends(current_guest)]
