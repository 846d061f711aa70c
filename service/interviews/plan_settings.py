"""What may be changed of a plan that is in use: nothing that candidates were told or rated by."""

from __future__ import annotations

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.interviews import plans
from service.interviews.schemas import Plan, PlanPatch
from service.tables import InterviewPlan


async def change(db: AsyncSession, plan_id: UUID, *, patch: PlanPatch, person: Person) -> Plan:
    """Set within how many hours its interviews are to be reviewed. Raises ServiceError 404."""
    plan = await db.get(InterviewPlan, plan_id, with_for_update=True)
    if plan is None:
        raise ServiceError("not_found", 404, "There is no such plan.")
    before = plan.review_hours
    if before != patch.review_hours:
        plan.review_hours = patch.review_hours
        db.add(plan)
        await db.flush()
        detail = {"review_hours": {"from": before, "to": patch.review_hours}}
        await record(db, Entry(Tag.PLAN_CHANGED, person.actor, f"plan:{plan.id}", detail=detail))
    return await plans.find(db, plan_id)
