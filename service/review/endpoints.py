"""HTTP of the review: queue, cases, overrides and recordings."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse

from service.access.deps import Read, Write, get_blobs, get_database, get_settings
from service.access.docs import responses
from service.access.people import CaseReader
from service.errors import ServiceError
from service.review import audit_views, case, media, override, queries, rating_views, sending
from service.review.audit_endpoints import router as audit_router
from service.review.hands import ByReviewer
from service.review.holding_endpoints import router as holding_router
from service.review.queue_endpoints import router as queue_router
from service.review.schemas import AuditView, Case, OverrideDraft, RatingView

router = APIRouter(prefix="/api", tags=["review"])
router.include_router(queue_router)
router.include_router(holding_router)
router.include_router(audit_router)


@router.get(
    "/review/cases/{session_id}", response_model=Case, responses=responses(401, 403, 404, 422)
)
async def get_case(session_id: UUID, person: CaseReader, *, request: Request) -> Response:
    """One case. That it was opened goes on record."""
    database, settings = get_database(request), get_settings(request)
    body = await case.view(database, session_id, person=person, settings=settings)
    headers = {"Cache-Control": "private, no-store"}
    return Response(body, media_type="application/json", headers=headers)


@router.post(
    "/review/cases/{session_id}/ratings/{competency_id}/override",
    status_code=201,
    responses=responses(400, 401, 403, 404, 409, 422),
)
async def override_rating(
    session_id: UUID, competency_id: UUID, *, by: ByReviewer, db: Write, body: OverrideDraft
) -> RatingView:
    """Set a level in place of the one in force; the reason stays with it."""
    target = override.Target(session_id, competency_id)
    return rating_views.show(await override.override(db, target, draft=body, by=by))


@router.get("/review/cases/{session_id}/audit", responses=responses(401, 403, 404, 422))
async def get_case_audit(session_id: UUID, person: CaseReader, *, db: Read) -> list[AuditView]:
    """What happened in and to this case, the oldest first."""
    if await queries.head(db, session_id) is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    found = await queries.case_events(db, session_id)
    return await audit_views.show(db, found, viewer=person.id)


@router.get(
    "/review/cases/{session_id}/recordings/{recording_id}",
    response_class=StreamingResponse,
    responses=sending.MEDIA | responses(401, 403, 404, 416, 422),
)
async def get_recording(
    session_id: UUID,
    recording_id: UUID,
    *,
    person: CaseReader,
    request: Request,
    range_: Annotated[str, Header(alias="Range")] = "",
    if_range: Annotated[str, Header()] = "",
) -> Response:
    """The recording, or the range of it that a player asks for."""
    asked = media.Asked(session_id, recording_id, range_, if_range)
    viewer, blobs = media.Viewer(person.actor), get_blobs(request)
    opened = await media.open_recording(get_database(request), blobs, asked=asked, viewer=viewer)
    return sending.answer(opened, blobs)
