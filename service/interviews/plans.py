"""Making plans and showing them."""

from __future__ import annotations

import asyncio
from typing import cast
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.inputs import Language
from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.interviews import queries
from service.interviews.drafting.service import objections
from service.interviews.schemas import (
    Plan,
    PlanCompetency,
    PlanDraft,
    PlanQuestion,
    RubricView,
)
from service.tables import (
    Competency,
    InterviewPlan,
    Question,
    QuestionCompetency,
    Rubric,
    RubricAnchor,
)


def show(rows: queries.PlanRows) -> Plan:
    """A plan as it goes over the wire."""
    anchors: dict[str, dict[str, str]] = {str(each.id): {} for each in rows.competencies}
    for anchor in rows.anchors:
        anchors[str(anchor.competency_id)][str(anchor.level)] = anchor.text
    return Plan(
        id=rows.plan.id,
        title=rows.plan.title,
        language=cast(Language, rows.plan.language),
        jurisdiction=rows.plan.jurisdiction,
        review_hours=rows.plan.review_hours,
        created_at=rows.plan.created_at,
        questions=[
            PlanQuestion(**question.model_dump(), competency_ids=rows.asked.get(question.id, []))
            for question in rows.questions
        ],
        competencies=[PlanCompetency(**each.model_dump()) for each in rows.competencies],
        rubric=RubricView(version=rows.rubric.version, anchors=anchors),
    )


async def find(db: AsyncSession, plan_id: UUID) -> Plan:
    """One plan. Raises ServiceError 404."""
    found = await queries.plans(db, only=plan_id)
    if not found:
        raise ServiceError("not_found", 404, "There is no such plan.")
    return show(found[0])


async def create(
    db: AsyncSession,
    draft: PlanDraft,
    *,
    actor: Person | None,
    max_seconds: int,
    needs_approval: bool = False,
) -> Plan:
    """Store a plan with version 1 of its rubric; `actor` None is the system itself.

    `needs_approval`: the rubric scores nobody until a second person has approved it.
    The gate refuses unlawful questions and warns of vague ones. Raises ServiceError 422.
    """
    total = sum(question.seconds + question.think_seconds for question in draft.questions)
    if total > max_seconds:
        raise ServiceError(
            "invalid_body",
            422,
            f"The questions take {total} s; an interview lasts {max_seconds} s.",
        )
    texts = [question.text for question in draft.questions]
    warnings = await asyncio.to_thread(objections, texts, draft.jurisdiction)
    plan = InterviewPlan(
        title=draft.title,
        language=draft.language,
        jurisdiction=draft.jurisdiction,
        review_hours=draft.review_hours,
        created_by=actor.id if actor else None,
    )
    db.add(plan)
    await db.flush()
    rubric = Rubric(
        plan_id=plan.id,
        version=1,
        created_by=plan.created_by,
        approved_at=None if needs_approval else plan.created_at,
    )
    ids = await _add_competencies(db, rubric, draft)
    await _add_questions(db, plan, draft=draft, ids=ids)
    counts = {"questions": len(draft.questions), "competencies": len(ids)}
    who = actor.actor if actor else "system"
    await record(db, Entry(Tag.PLAN_CREATED, who, f"plan:{plan.id}", detail=counts))
    return (await find(db, plan.id)).model_copy(update={"warnings": warnings})


async def _add_competencies(db: AsyncSession, rubric: Rubric, draft: PlanDraft) -> dict[str, UUID]:
    rows = [
        Competency(
            plan_id=rubric.plan_id,
            index=i,
            key=each.key,
            name=each.name,
            description=each.description,
        )
        for i, each in enumerate(draft.competencies)
    ]
    db.add_all([rubric, *rows])
    await db.flush()
    for row, each in zip(rows, draft.competencies, strict=True):
        for level, text in each.anchors.by_level():
            db.add(RubricAnchor(rubric_id=rubric.id, competency_id=row.id, level=level, text=text))
    await db.flush()
    return {row.key: row.id for row in rows}


async def _add_questions(
    db: AsyncSession, plan: InterviewPlan, *, draft: PlanDraft, ids: dict[str, UUID]
) -> None:
    rows = [
        Question(plan_id=plan.id, index=i, **each.model_dump(exclude={"competencies"}))
        for i, each in enumerate(draft.questions)
    ]
    db.add_all(rows)
    await db.flush()
    for row, each in zip(rows, draft.questions, strict=True):
        for key in each.competencies or ids:
            db.add(QuestionCompetency(question_id=row.id, competency_id=ids[key]))
    await db.flush()
