"""HTTP of answers in writing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Request

from service.access.deps import EnginesDep, Read, SettingsDep, Write
from service.access.docs import responses
from service.access.guests import GuestDep
from service.access.views import InterviewView, interview_view
from service.written import service
from service.written.schemas import AnswerDraft, WrittenView

router = APIRouter(prefix="/api/candidate/written", tags=["written"])
Closer = Callable[[UUID], Awaitable[None]]


@router.get("", responses=responses(401, 410))
async def get_written(guest: GuestDep, db: Read, *, settings: SettingsDep) -> WrittenView:
    """What was written so far, on whichever device."""
    return await service.view(db, guest, settings)


@router.put("/{question_id}", responses=responses(400, 401, 403, 404, 409, 410, 422))
async def put_answer(
    question_id: UUID, guest: GuestDep, *, db: Write, body: AnswerDraft, settings: SettingsDep
) -> WrittenView:
    """Keep an answer as far as it has come."""
    await service.save(db, guest, question_id=question_id, text=body.text, settings=settings)
    return await service.view(db, guest, settings)


@router.post("/submit", responses=responses(401, 403, 409, 410))
async def submit(
    guest: GuestDep,
    db: Write,
    *,
    request: Request,
    after: BackgroundTasks,
    settings: SettingsDep,
    engines: EnginesDep,
) -> InterviewView:
    """Hand everything in. A repeat changes nothing."""
    closed = cast(Closer | None, getattr(request.app.state, "on_closed", None))
    if await service.submit(db, guest, settings=settings) and closed is not None:
        after.add_task(closed, guest.session.id)
    return await interview_view(db, guest, settings=settings, engines=engines)
