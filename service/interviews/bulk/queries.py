"""SQL on imports and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import (
    Candidate,
    Consent,
    InterviewPlan,
    Invitation,
    InvitationImport,
    Mail,
    MailKind,
    Session,
)

CHUNK = 400  # parameters of one IN; SQLite takes 32,766, a planner prefers fewer
SHOWN = 500


@dataclass(frozen=True, slots=True)
class MailRows:
    """A letter with everything it is made of."""

    mail: Mail
    invitation: Invitation
    candidate: Candidate
    plan: InterviewPlan
    session: Session


async def plan(db: AsyncSession, plan_id: UUID, *, lock: bool = False) -> InterviewPlan | None:
    """A plan; locked, nobody else invites many to it until this transaction ends."""
    statement = select(InterviewPlan).where(InterviewPlan.id == plan_id)
    return (await db.exec(statement.with_for_update() if lock else statement)).first()


async def invited(db: AsyncSession, plan_id: UUID, *, emails: Sequence[str]) -> frozenset[str]:
    """Which of the addresses have an open or used invitation to the plan."""
    found: set[str] = set()
    for start in range(0, len(emails), CHUNK):
        statement = (
            select(Candidate.email)
            .join(Invitation, col(Invitation.candidate_id) == Candidate.id)
            .where(
                Invitation.plan_id == plan_id,
                col(Invitation.revoked_at).is_(None),
                col(Candidate.email).in_(emails[start : start + CHUNK]),
            )
        )
        found.update((await db.exec(statement)).all())
    return frozenset(found)


async def import_by_key(db: AsyncSession, key: str) -> InvitationImport | None:
    """The import made under a key."""
    return (await db.exec(select(InvitationImport).where(InvitationImport.key == key))).first()


async def imported(
    db: AsyncSession, import_id: UUID
) -> Sequence[tuple[Invitation, Candidate, Session]]:
    """What an import made, in the order of its file."""
    statement = (
        select(Invitation, Candidate, Session)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .where(Invitation.import_id == import_id)
        .order_by(col(Invitation.import_line), col(Invitation.id))
    )
    return (await db.exec(statement)).all()


def _waiting() -> ColumnElement[bool]:
    return col(Mail.sent_at).is_(None) & col(Mail.dropped_at).is_(None)


async def any_due(db: AsyncSession, now: datetime) -> bool:
    """Whether a letter waits to be sent."""
    statement = select(Mail.id).where(_waiting(), Mail.due_at <= now).limit(1)
    return (await db.exec(statement)).first() is not None


async def claim(
    db: AsyncSession, now: datetime, *, free_since: datetime, most: int
) -> list[MailRows]:
    """Due letters that no other sender has, locked; nobody else gets them in this transaction."""
    is_free = or_(col(Mail.claimed_at).is_(None), col(Mail.claimed_at) < free_since)
    statement = (
        select(Mail, Invitation, Candidate, Session)
        .join(Invitation, col(Invitation.id) == Mail.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .where(_waiting(), Mail.due_at <= now, is_free)
        .order_by(col(Mail.due_at), col(Mail.id))
        .limit(most)
        # Both, and never waiting: who sends an invitation again locks it first, then its letters.
        .with_for_update(skip_locked=True, of=(Mail, Invitation))
    )
    rows = (await db.exec(statement)).all()
    plan_ids = {invitation.plan_id for _, invitation, *_ in rows}
    asked = select(InterviewPlan).where(col(InterviewPlan.id).in_(plan_ids))
    plans = {plan.id: plan for plan in (await db.exec(asked)).all()}
    return [
        MailRows(mail, invitation, candidate, plans[invitation.plan_id], session)
        for mail, invitation, candidate, session in rows
    ]


async def declined(db: AsyncSession, invitation_id: UUID) -> bool:
    """Whether the candidate refused to be recorded."""
    statement = select(Consent.recording).where(
        Consent.invitation_id == invitation_id, col(Consent.is_current)
    )
    return (await db.exec(statement)).first() is False


async def mails(db: AsyncSession, *, sent: bool) -> list[tuple[Mail, str]]:
    """Letters with their candidate's name: waiting ones by when they are due, or the others."""
    statement = (
        select(Mail, Candidate.name)
        .join(Invitation, col(Invitation.id) == Mail.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .where(~_waiting() if sent else _waiting())
        .order_by(col(Mail.due_at).desc() if sent else col(Mail.due_at), col(Mail.id))
        .limit(SHOWN)
    )
    return [(mail, name) for mail, name in (await db.exec(statement)).all()]


async def drop_waiting(db: AsyncSession, invitation_id: UUID, at: datetime) -> None:
    """Letters of an invitation that have not gone are not to go any more."""
    statement = update(Mail).where(col(Mail.invitation_id) == invitation_id, _waiting())
    await db.exec(statement.values(dropped_at=at))


def letters(
    invitation: Invitation, now: datetime, *, send: bool, hours: Sequence[int]
) -> list[Mail]:
    """An invitation's letters: one now, and reminders so many hours before its deadline.

    Reminders whose time has passed are left out; so is 0, which stands for none.
    """
    ends = invitation.expires_at
    reminders = sorted({ends - timedelta(hours=before) for before in hours if before})
    due = [(MailKind.INVITATION, now)] if send else []
    due += [(MailKind.REMINDER, at) for at in reminders if at > now]
    return [Mail(invitation_id=invitation.id, kind=kind, due_at=at) for kind, at in due]


async def one(db: AsyncSession, invitation_id: UUID) -> tuple[Invitation, Session] | None:
    """An invitation with its session, both locked."""
    statement = (
        select(Invitation, Session)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .where(Invitation.id == invitation_id)
        .with_for_update()
    )
    return (await db.exec(statement)).first()


async def export(
    db: AsyncSession, *, most: int
) -> Sequence[tuple[Invitation, Session, InterviewPlan, Candidate]]:
    """Invitations for a list, the newest first."""
    statement = (
        select(Invitation, Session, InterviewPlan, Candidate)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .join(InterviewPlan, col(InterviewPlan.id) == Invitation.plan_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .order_by(col(Invitation.created_at).desc(), col(Invitation.id).desc())
        .limit(most)
    )
    return (await db.exec(statement)).all()
