"""Human review at once: while a person has frozen it, no model rates a session, or one answer.

What a model had said before is not shown meanwhile; it stays stored, as everything does. A
freeze is lifted with a reason, and only then is the session rated as far as it was said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.inputs import LINES
from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.review import queries
from service.tables import (
    Account,
    Competency,
    Freeze,
    Question,
    QuestionCompetency,
    RaterKind,
    utc_now,
)

SHORTEST_REASON = 5
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=LINES)]


class FreezeDraft(BaseModel):
    """What to keep the model from; no `question_id`: the whole session."""

    question_id: UUID | None = None


class LiftDraft(BaseModel):
    """Why the model may rate again."""

    reason: Reason


class FreezeView(BaseModel):
    """A freeze in force, or one that was (`lifted_at`)."""

    id: UUID
    session_id: UUID
    question_id: UUID | None
    frozen_by: str
    frozen_at: datetime
    lifted_at: datetime | None
    lift_reason: str


async def freeze(
    db: AsyncSession, session_id: UUID, *, draft: FreezeDraft, person: Person
) -> FreezeView:
    """Stop the model at once; twice is once. Raises ServiceError 404."""
    session = await queries.lock_session(db, session_id)  # whoever stores ratings holds it, too
    if session is None:
        raise ServiceError("not_found", 404, "There is no such session.")
    if draft.question_id is not None:
        question = await db.get(Question, draft.question_id)
        if question is None or question.plan_id != session.plan_id:
            raise ServiceError("not_found", 404, "This interview does not ask that question.")
    for row in await _in_force(db, session_id):
        if row.question_id == draft.question_id:
            return await _show(db, row)
    row = Freeze(session_id=session_id, question_id=draft.question_id, frozen_by=person.id)
    db.add(row)
    await db.flush()
    await record(db, _entry(Tag.AI_FROZEN, row, person))
    return await _show(db, row)


async def lift(
    db: AsyncSession, place: tuple[UUID, UUID], *, draft: LiftDraft, person: Person
) -> FreezeView:
    """Let the model rate again. `place`: session and freeze. Raises ServiceError 404, 409, 422."""
    if len(draft.reason) < SHORTEST_REASON:
        raise ServiceError("reason_missing", 422, "Say why the model may rate again.")
    session_id, freeze_id = place
    await queries.lock_session(db, session_id)
    row = await db.get(Freeze, freeze_id)
    if row is None or row.session_id != session_id:
        raise ServiceError("not_found", 404, "There is no such freeze.")
    if row.lifted_at is not None:
        raise ServiceError("already_lifted", 409, "Somebody has lifted this already.")
    row.lifted_at, row.lifted_by, row.lift_reason = utc_now(), person.id, draft.reason
    db.add(row)
    await db.flush()
    await record(db, _entry(Tag.AI_UNFROZEN, row, person))
    return await _show(db, row)


def _entry(tag: Tag, row: Freeze, person: Person) -> Entry:
    detail = {"question_id": row.question_id}
    return Entry(tag, person.actor, f"freeze:{row.id}", row.session_id, detail)


async def in_force(db: AsyncSession, session_id: UUID | None = None) -> list[FreezeView]:
    """Every freeze in force, of one session or of all; the newest first."""
    statement = (
        select(Freeze, Account)
        .join(Account, col(Account.id) == Freeze.frozen_by)
        .where(col(Freeze.lifted_at).is_(None))
        .order_by(col(Freeze.frozen_at).desc())
    )
    if session_id is not None:
        statement = statement.where(Freeze.session_id == session_id)
    return [_view(row, account.name) for row, account in (await db.exec(statement)).all()]


async def _in_force(db: AsyncSession, session_id: UUID) -> Sequence[Freeze]:
    statement = select(Freeze).where(
        Freeze.session_id == session_id, col(Freeze.lifted_at).is_(None)
    )
    return (await db.exec(statement)).all()


async def _show(db: AsyncSession, row: Freeze) -> FreezeView:
    return _view(row, (await db.get_one(Account, row.frozen_by)).name)


def _view(row: Freeze, name: str) -> FreezeView:
    return FreezeView(
        id=row.id,
        session_id=row.session_id,
        question_id=row.question_id,
        frozen_by=name,
        frozen_at=row.frozen_at,
        lifted_at=row.lifted_at,
        lift_reason=row.lift_reason,
    )


class Frozen(BaseModel):
    """What a model may not rate now, and what of its ratings is not shown."""

    questions: set[UUID]
    competencies: set[UUID]

    def hides(self, rater: RaterKind, competency_id: UUID) -> bool:
        """Whether a rating is a model's, of something frozen."""
        return rater is RaterKind.MODEL and competency_id in self.competencies


async def frozen(db: AsyncSession, session_ids: Collection[UUID]) -> dict[UUID, Frozen]:
    """By session; those without a freeze are left out. One query where there is none."""
    statement = select(Freeze.session_id, Freeze.question_id).where(
        col(Freeze.session_id).in_(session_ids), col(Freeze.lifted_at).is_(None)
    )
    found: dict[UUID, set[UUID | None]] = {}
    for session_id, question_id in (await db.exec(statement)).all():
        found.setdefault(session_id, set()).add(question_id)
    asked = {session_id: await _asked(db, session_id) for session_id in found}
    return {
        session_id: Frozen(
            questions=set(asked[session_id]) if None in questions else _known(questions),
            competencies=silenced(asked[session_id], questions),
        )
        for session_id, questions in found.items()
    }


def _known(questions: Collection[UUID | None]) -> set[UUID]:
    return {each for each in questions if each is not None}


def silenced(
    asked: Mapping[UUID, Collection[UUID]], questions: Collection[UUID | None]
) -> set[UUID]:
    """Competencies that only frozen questions ask after. `questions` with None: all of them."""
    everything = {each for competencies in asked.values() for each in competencies}
    if None in questions:
        return everything
    heard = {
        each
        for question_id, competencies in asked.items()
        if question_id not in questions
        for each in competencies
    }
    return everything - heard


async def _asked(db: AsyncSession, session_id: UUID) -> dict[UUID, list[UUID]]:
    """Question -> competencies of the session's plan; a question tied to none asks after all."""
    head = await queries.head(db, session_id)
    if head is None:
        return {}
    plan_id = head.plan.id
    everything = (await db.exec(select(Competency.id).where(Competency.plan_id == plan_id))).all()
    statement = (
        select(Question.id, QuestionCompetency.competency_id)
        .outerjoin(QuestionCompetency, col(QuestionCompetency.question_id) == Question.id)
        .where(Question.plan_id == plan_id)
    )
    found: dict[UUID, list[UUID]] = {}
    for question_id, competency_id in (await db.exec(statement)).all():
        own = found.setdefault(question_id, [])
        own.extend([competency_id] if competency_id else everything)
    return found
