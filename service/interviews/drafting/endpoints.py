"""HTTP of drafts."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from service.access.docs import responses
from service.access.people import PlanWriter
from service.interviews.drafting import service
from service.interviews.drafting.schemas import OutlineRequest, OutlineView

router = APIRouter()


@router.post("/plans/outline", responses=responses(400, 401, 403, 422))
async def draft_outline(_: PlanWriter, *, body: OutlineRequest) -> OutlineView:
    """Draft an interview from a job description (and a CV); nothing is stored."""
    return await asyncio.to_thread(service.outline, body)
