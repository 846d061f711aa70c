"""SQL on plans, invitations and consent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import (
    Candidate,
    Competency,
    Consent,
    InterviewPlan,
    Invitation,
    Question,
    QuestionCompetency,
    Rubric,
    RubricAnchor,
    Session,
)

LATEST = 500  # plans or invitations in one list; older ones are reached through the queue


@dataclass(slots=True)
class PlanRows:
    """A plan with everything under it. `asked`: question id -> competency ids."""

    plan: InterviewPlan
    rubric: Rubric
    questions: list[Question] = field(default_factory=list)
    competencies: list[Competency] = field(default_factory=list)
    asked: dict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    anchors: list[RubricAnchor] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class InvitationRows:
    """An invitation with what its view shows."""

    invitation: Invitation
    session: Session
    plan: InterviewPlan
    candidate: Candidate
    consent: Consent | None


async def plans(db: AsyncSession, *, only: UUID | None = None) -> list[PlanRows]:
    """The newest plans (or the one of that id) in a fixed number of queries."""
    statement = (
        select(InterviewPlan, Rubric)
        .join(Rubric, col(Rubric.plan_id) == InterviewPlan.id)
        .where(col(Rubric.is_current))
        .order_by(col(InterviewPlan.created_at).desc(), col(InterviewPlan.id).desc())
        .limit(LATEST)
    )
    if only is not None:
        statement = statement.where(InterviewPlan.id == only)
    found = {plan.id: PlanRows(plan, rubric) for plan, rubric in (await db.exec(statement)).all()}
    await _fill(db, found)
    return list(found.values())


async def _fill(db: AsyncSession, found: dict[UUID, PlanRows]) -> None:
    questions = select(Question).where(col(Question.plan_id).in_(found))
    for question in (await db.exec(questions.order_by(col(Question.index)))).all():
        found[question.plan_id].questions.append(question)
    competencies = select(Competency).where(col(Competency.plan_id).in_(found))
    for competency in (await db.exec(competencies.order_by(col(Competency.index)))).all():
        found[competency.plan_id].competencies.append(competency)
    links = (
        select(Competency.plan_id, QuestionCompetency)
        .join(Competency, col(Competency.id) == QuestionCompetency.competency_id)
        .where(col(Competency.plan_id).in_(found))
        .order_by(col(Competency.index))
    )
    for plan_id, link in (await db.exec(links)).all():
        found[plan_id].asked[link.question_id].append(link.competency_id)
    by_rubric = {rows.rubric.id: rows for rows in found.values()}
    anchors = select(RubricAnchor).where(col(RubricAnchor.rubric_id).in_(by_rubric))
    for anchor in (await db.exec(anchors.order_by(col(RubricAnchor.level)))).all():
        by_rubric[anchor.rubric_id].anchors.append(anchor)


async def invitations(db: AsyncSession, *, only: UUID | None = None) -> list[InvitationRows]:
    """The newest invitations, or the one of that id."""
    statement = (
        select(Invitation, Session, InterviewPlan, Candidate)
        .join(Session, col(Session.invitation_id) == Invitation.id)
        .join(InterviewPlan, col(InterviewPlan.id) == Invitation.plan_id)
        .join(Candidate, col(Candidate.id) == Invitation.candidate_id)
        .order_by(col(Invitation.created_at).desc(), col(Invitation.id).desc())
        .limit(LATEST)
    )
    if only is not None:
        statement = statement.where(Invitation.id == only)
    rows = (await db.exec(statement)).all()
    answers = await _consents(db, [invitation.id for invitation, *_ in rows])
    return [InvitationRows(*row, consent=answers.get(row[0].id)) for row in rows]


async def _consents(db: AsyncSession, invitation_ids: Sequence[UUID]) -> dict[UUID, Consent]:
    statement = select(Consent).where(
        col(Consent.invitation_id).in_(invitation_ids), col(Consent.is_current)
    )
    return {consent.invitation_id: consent for consent in (await db.exec(statement)).all()}


async def lock_session(db: AsyncSession, session_id: UUID) -> Session:
    """The session's row, which nobody else changes until this transaction ends."""
    statement = select(Session).where(Session.id == session_id).with_for_update()
    return (await db.exec(statement)).one()


async def retire_consent(db: AsyncSession, invitation_id: UUID) -> None:
    """The answer in force, if any, becomes history."""
    statement = update(Consent).where(
        col(Consent.invitation_id) == invitation_id, col(Consent.is_current)
    )
    await db.exec(statement.values(is_current=False))
