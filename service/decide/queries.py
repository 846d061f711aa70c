"""SQL of decisions and their letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import (
    Account,
    Candidate,
    Decision,
    DecisionLetter,
    InterviewPlan,
    Invitation,
    Session,
)

Writer = aliased(Account)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision, who made it, its letter if there is one, and who wrote that."""

    decision: Decision
    account: Account
    letter: DecisionLetter | None
    writer: Account | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter with what is needed to send it."""

    letter: DecisionLetter
    decision: Decision
    candidate: Candidate


async def decisions(db: AsyncSession, session_id: UUID) -> list[DecisionRow]:
    """Every decision on a case, the newest first."""
    statement = (
        select(Decision, Account, DecisionLetter, Writer)
        .join(Account, col(Account.id) == Decision.account_id)
        .outerjoin(DecisionLetter, col(DecisionLetter.decision_id) == Decision.id)
        .outerjoin(Writer, col(Writer.id) == DecisionLetter.account_id)
        .where(Decision.session_id == session_id)
        .order_by(col(Decision.created_at).desc(), col(Decision.id).desc())
    )
    return [DecisionRow(*row) for row in (await db.exec(statement)).all()]


async def current(db: AsyncSession, session_id: UUID) -> Decision | None:
    """The decision in force."""
    statement = select(Decision).where(Decision.session_id == session_id, col(Decision.is_current))
    return (await db.exec(statement)).first()


async def retire(db: AsyncSession, decision_id: UUID) -> None:
    """Take a decision out of force; its letter, if it has not gone, does not go any more."""
    await db.exec(
        update(Decision)
        .where(col(Decision.id) == decision_id)
        .values(is_current=False)
        .execution_options(synchronize_session=False)
    )


async def invited(
    db: AsyncSession, session_id: UUID
) -> tuple[Invitation, Candidate, InterviewPlan]:
    """Who was interviewed for what."""
    statement = (
        select(Invitation, Candidate, InterviewPlan)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(Session.id == session_id)
    )
    return (await db.exec(statement)).one()


async def letter_of(db: AsyncSession, decision_id: UUID) -> DecisionLetter | None:
    """The letter about a decision."""
    statement = select(DecisionLetter).where(DecisionLetter.decision_id == decision_id)
    return (await db.exec(statement)).first()


def _due(now: datetime, free_since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    claimed_at = col(DecisionLetter.claimed_at)
    return (
        col(DecisionLetter.sent_at).is_(None),
        col(DecisionLetter.dropped_at).is_(None),
        col(DecisionLetter.due_at) <= now,
        sa.or_(claimed_at.is_(None), claimed_at < free_since),
    )


async def any_due(db: AsyncSession, now: datetime, *, free_since: datetime) -> bool:
    """Whether a letter waits to be sent now."""
    statement = select(DecisionLetter.id).where(*_due(now, free_since)).limit(1)
    return (await db.exec(statement)).first() is not None


async def claim(
    db: AsyncSession, now: datetime, *, free_since: datetime, most: int
) -> list[LetterRow]:
    """Letters for this sender to send; several may run beside each other."""
    statement = (
        select(DecisionLetter, Decision, Candidate)
        .join(Decision, col(Decision.id) == DecisionLetter.decision_id)
        .join(Session, col(Session.id) == Decision.session_id)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .where(*_due(now, free_since))
        .order_by(col(DecisionLetter.due_at))
        .limit(most)
        .with_for_update(of=DecisionLetter, skip_locked=True)
    )
    return [LetterRow(*row) for row in (await db.exec(statement)).all()]
