"""HTTP of the journal: what is wanted, one numbered and checksummed chunk at a time."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from service.access.docs import responses
from service.access.guests import GuestDep
from service.journal import errors
from service.journal.schemas import JournalView
from service.journal.service import CHUNK_BYTES, Journal, Place
from service.tables import Lane

router = APIRouter(prefix="/api/candidate/journal", tags=["journal"])
OCTETS = "application/octet-stream"
FURTHEST = 1e6  # media seconds
_BODY = {
    "requestBody": {
        "required": True,
        "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
    }
}
Number = Annotated[int, Path(ge=0, le=1_000_000)]
Seconds = Annotated[float, Query(ge=-FURTHEST, le=FURTHEST, allow_inf_nan=False)]


def get_journal(request: Request) -> Journal:
    """The journal that the composition root opened."""
    return cast(Journal, request.app.state.journal)


JournalDep = Annotated[Journal, Depends(get_journal)]


def get_place(
    run: UUID, lane: Lane, number: Number, *, origin: Seconds, start: Seconds, end: Seconds
) -> Place:
    """Which chunk is meant, and where it lies on the session's media clock."""
    return Place(run, lane, number, origin, start, end)


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > CHUNK_BYTES:
            raise errors.too_large(CHUNK_BYTES)
    return bytes(body)


@router.get("", responses=responses(401, 403, 409, 410))
async def view(guest: GuestDep, *, journal: JournalDep) -> JournalView:
    """What the recording misses, and which chunks are here."""
    return await journal.view(guest)


@router.put(
    "/{run}/{lane}/{number}",
    status_code=204,
    openapi_extra=_BODY,
    responses=responses(401, 403, 409, 410, 413, 422, 429),
)
async def put(
    request: Request,
    guest: GuestDep,
    *,
    journal: JournalDep,
    place: Annotated[Place, Depends(get_place)],
    content_digest: Annotated[str, Header()] = "",
) -> Response:
    """Keep a chunk that a gap wants. A repeat changes nothing; other bytes are a conflict."""
    body = await _read(request)
    await journal.take(guest, place, body=body, digest=content_digest)
    return Response(status_code=204)


@router.head("/{run}/{lane}/{number}", status_code=204, responses=responses(401, 404, 410, 422))
async def head(
    run: UUID, lane: Lane, number: Number, *, guest: GuestDep, journal: JournalDep
) -> Response:
    """Whether a chunk is here, with its Content-Digest."""
    digest = await journal.digest_of(guest, run=run, lane=lane, number=number)
    return Response(status_code=204, headers={"Content-Digest": digest})


@router.post("/fill", status_code=202, responses=responses(401, 403, 409, 410))
async def fill(guest: GuestDep, *, journal: JournalDep) -> JournalView:
    """All that is wanted and was kept has been sent: fill the gaps from it, in the background."""
    return await journal.fill(guest)
