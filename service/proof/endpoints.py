"""HTTP of the evidence."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.access.deps import get_database
from service.access.docs import responses
from service.access.people import Exporter
from service.proof.service import bundle

router = APIRouter(prefix="/api", tags=["evidence"])
ZIP: dict[int | str, dict[str, object]] = {
    200: {"description": "The bundle.", "content": {"application/zip": {}}}
}


@router.get(
    "/sessions/{session_id}/evidence",
    response_class=Response,
    responses=ZIP | responses(401, 403, 404, 409, 422),
)
async def get_evidence(session_id: UUID, person: Exporter, *, request: Request) -> Response:
    """Words, features, rubric, score maps and record of an interview, to be checked by anybody.

    No name, address, sound or picture is in it. That it was exported goes on record; the record's
    event is the receipt in the bundle.
    """
    body = await bundle(get_database(request), session_id, actor=person.actor, viewer=person.id)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="evidence-{session_id}.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, media_type="application/zip", headers=headers)
