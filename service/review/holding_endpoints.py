"""HTTP of what keeps a model from rating: freezes, and rubrics that nobody has approved yet."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, BackgroundTasks

from service.access.deps import DatabaseDep, Read, Write
from service.access.docs import responses
from service.access.people import CaseReader, PlanReader, PlanWriter, Reviewer
from service.review import approval, freezing
from service.review.approval import Approval
from service.review.freezing import FreezeDraft, FreezeView, LiftDraft
from service.review.scoring import rate_session

router = APIRouter()


@router.get("/review/freezes", responses=responses(401, 403))
async def list_freezes(_: CaseReader, db: Read) -> list[FreezeView]:
    """Every freeze in force, the newest first."""
    return await freezing.in_force(db)


@router.get("/review/cases/{session_id}/freezes", responses=responses(401, 403, 422))
async def list_case_freezes(session_id: UUID, _: CaseReader, *, db: Read) -> list[FreezeView]:
    """The freezes in force of one session."""
    return await freezing.in_force(db, session_id)


@router.post(
    "/review/cases/{session_id}/freezes",
    status_code=201,
    responses=responses(400, 401, 403, 404, 422),
)
async def freeze_session(
    session_id: UUID, person: Reviewer, *, db: Write, body: FreezeDraft
) -> FreezeView:
    """Keep the model from rating a session or one answer, at once."""
    return await freezing.freeze(db, session_id, draft=body, person=person)


@router.post(
    "/review/cases/{session_id}/freezes/{freeze_id}/lift",
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def lift_freeze(
    session_id: UUID,
    freeze_id: UUID,
    *,
    person: Reviewer,
    db: Write,
    body: LiftDraft,
    database: DatabaseDep,
    after: BackgroundTasks,
) -> FreezeView:
    """Let the model rate again; it does so once this has been answered."""
    place = (session_id, freeze_id)
    lifted = await freezing.lift(db, place, draft=body, person=person)
    after.add_task(rate_session, database, session_id)
    return lifted


@router.get("/plans/{plan_id}/approval", responses=responses(401, 403, 404, 422))
async def get_approval(plan_id: UUID, person: PlanReader, *, db: Read) -> Approval:
    """Whether the plan's rubric may score, and whether one may approve it oneself."""
    return await approval.find(db, plan_id, viewer=person)


@router.post("/plans/{plan_id}/approval", responses=responses(401, 403, 404, 409, 422))
async def approve_rubric(
    plan_id: UUID, person: PlanWriter, *, db: Write, database: DatabaseDep, after: BackgroundTasks
) -> Approval:
    """Approve the rubric in force as a second person; then its interviews are rated."""
    found = await approval.approve(db, plan_id, person=person)
    after.add_task(approval.rate_waiting, database, plan_id)
    return found
