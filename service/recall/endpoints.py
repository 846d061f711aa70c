"""HTTP of what a candidate looks at before submitting."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from service.access.deps import BlobsDep, Read, Write
from service.access.docs import responses
from service.access.guests import GuestDep
from service.recall import service
from service.recall.schemas import RecallView, WordsDraft

router = APIRouter(prefix="/api/candidate/answers", tags=["recall"])
FLAC = "audio/flac"


@router.get("", responses=responses(401, 410))
async def get_answers(guest: GuestDep, db: Read) -> RecallView:
    """What was recorded so far, by question and try."""
    return await service.view(db, guest)


@router.get(
    "/{utterance_id}/sound",
    response_class=Response,
    responses={
        **responses(401, 404, 410, 422),
        200: {"content": {FLAC: {"schema": {"type": "string", "format": "binary"}}}},
    },
)
async def get_sound(utterance_id: UUID, guest: GuestDep, *, db: Read, blobs: BlobsDep) -> Response:
    """How it was said."""
    body = await service.sound(db, guest, utterance_id, blobs=blobs)
    return Response(body, media_type=FLAC, headers={"Cache-Control": "no-store"})


@router.put("/{utterance_id}/words", responses=responses(400, 401, 404, 409, 410, 422))
async def put_words(
    utterance_id: UUID, guest: GuestDep, *, db: Write, body: WordsDraft
) -> RecallView:
    """Words of one's own beside what the engine wrote; both are kept and both are shown."""
    await service.give_words(db, guest, utterance_id, text=body.text)
    return await service.view(db, guest)
