"""Before a rubric may score: it is attacked with its own words, and must stand."""

from __future__ import annotations

import asyncio
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.assay.gate import Refused, must_stand
from service.assay.own import rubric_cases
from service.errors import ServiceError
from service.review import scoring_queries
from service.review.scoring import pure_rubric
from service.scoring.rubric import QuestionSpec
from service.tables import Question

SHOWN = 10  # failing cases named in the refusal


async def stand_the_gate(db: AsyncSession, plan_id: UUID) -> int:
    """How many cases the plan's rubric stood (CPU: under a second, in a thread).

    Raises ServiceError `rubric_fails` (409) with the failing cases.
    """
    rows = await scoring_queries.rubric(db, plan_id)
    own = select(Question).where(Question.plan_id == plan_id).order_by(col(Question.index))
    questions = [
        QuestionSpec(str(q.id), q.text, tuple(map(str, rows.asked.get(q.id, ()))))
        for q in (await db.exec(own)).all()
    ]
    found = rubric_cases(pure_rubric(rows), questions)
    try:
        return len((await asyncio.to_thread(must_stand, found)).outcomes)
    except Refused as refused:
        raise _refusal(refused) from refused


def _refusal(refused: Refused) -> ServiceError:
    failures = sorted(refused.report.failures, key=lambda one: -one.excess)
    errors = [
        {
            "field": f"rubric.{one.case.said.asked.competency.id}",
            "message": f"{one.case.family.value}: {one.value:+.2f}",
            "said": one.case.said.text[:300],
        }
        for one in failures[:SHOWN]
    ]
    return ServiceError(
        "rubric_fails",
        409,
        f"{refused}: its words would let empty answers through. Describe behaviour in the anchors, "
        "not keywords.",
        extra={"errors": errors},
    )
