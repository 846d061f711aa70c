"""HTTP of the live room: WHIP for the candidate, a stream of events for HR."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from service.access.blind_queries import sight_of
from service.access.deps import DatabaseDep, EnginesDep, SettingsDep
from service.access.docs import responses
from service.access.guests import GuestDep
from service.access.people import PUBLIC, CaseReader
from service.access.views import InterviewView, QuestionView, interview_view
from service.db import Database
from service.live import queries, service
from service.live.bus import Subscription
from service.live.check.endpoints import router as check
from service.live.errors import not_found
from service.live.events import Event, RatingEvent, event_schema
from service.live.reading import FRAGMENT, SDP, described, read_body
from service.live.room import LiveRoom
from service.live.schemas import (
    AdvanceRequest,
    AdvanceView,
    IceView,
    LiveView,
    StageRequest,
    StageView,
)
from service.live.signalling import link_headers

router = APIRouter(prefix="/api", tags=["live"])
router.include_router(check)
Shows = Callable[[Event], Awaitable[bool]]
KEEP_ALIVE = 15.0  # seconds of quiet after which a comment keeps proxies from closing the stream


def get_room(request: Request) -> LiveRoom:
    """The room that the composition root opened."""
    return cast(LiveRoom, request.app.state.live)


RoomDep = Annotated[LiveRoom, Depends(get_room)]


@router.get("/candidate/ice", responses=responses(401, 410))
async def ice(guest: GuestDep, settings: SettingsDep) -> IceView:
    """STUN and TURN servers, with credentials that expire."""
    return service.ice_view(settings, guest)[0]


@router.post(
    "/candidate/whip",
    status_code=201,
    response_class=Response,
    openapi_extra=described(SDP),
    responses={
        **responses(400, 401, 403, 409, 410, 413, 415, 422, 503, 507),
        201: {"description": "The answer", "content": {SDP: {"schema": {"type": "string"}}}},
    },
)
async def offer(
    request: Request, guest: GuestDep, *, room: RoomDep, settings: SettingsDep
) -> Response:
    """An SDP offer (WHIP, RFC 9725). A new offer replaces the session's connection."""
    joined = await service.join(room, guest, await read_body(request, SDP))
    response = Response(joined.answer, 201, media_type=SDP)
    response.headers["Location"] = f"/api/candidate/whip/{joined.connection_id}"
    response.headers["ETag"] = f'"{joined.connection_id}"'
    response.headers["Accept-Patch"] = FRAGMENT
    for link in link_headers(service.ice_view(settings, guest)[1]):
        response.headers.append("Link", link)
    return response


@router.patch(
    "/candidate/whip/{connection_id}",
    status_code=204,
    openapi_extra=described(FRAGMENT),
    responses=responses(400, 401, 404, 410, 413, 415, 422),
)
async def trickle(
    connection_id: UUID, request: Request, *, guest: GuestDep, room: RoomDep
) -> Response:
    """ICE candidates found since the offer (RFC 8840)."""
    await service.trickle(room, guest, connection_id, body=await read_body(request, FRAGMENT))
    return Response(status_code=204)


@router.delete("/candidate/whip/{connection_id}", responses=responses(401, 404, 410, 422))
async def leave(connection_id: UUID, *, guest: GuestDep, room: RoomDep) -> Response:
    """End a connection; the session waits for the candidate to come back. May be repeated."""
    await service.leave(room, guest, connection_id)
    return Response(status_code=200)


@router.post("/candidate/advance", responses=responses(400, 401, 409, 410, 422))
async def advance(body: AdvanceRequest, *, guest: GuestDep, room: RoomDep) -> AdvanceView:
    """The candidate has finished a question. A repeat gives the same answer."""
    question = await service.advance(room, guest, body.question_id)
    view = QuestionView.model_validate(question) if question else None
    return AdvanceView(question=view, finished=question is None)


@router.post("/candidate/stage", responses=responses(400, 401, 409, 410, 422))
async def stage(body: StageRequest, *, guest: GuestDep, room: RoomDep) -> StageView:
    """The candidate answers now, is done, or tries again. A repeat gives the same answer."""
    return await service.stage(room, guest, body)


@router.post("/candidate/finish", responses=responses(401, 409, 410))
async def finish(
    guest: GuestDep,
    *,
    room: RoomDep,
    database: DatabaseDep,
    settings: SettingsDep,
    engines: EnginesDep,
) -> InterviewView:
    """End the interview; what is left to write is written after the answer."""
    await service.finish(room, guest)
    async with database.reading() as db:
        return await interview_view(db, guest, settings=settings, engines=engines)


@router.get("/live", responses=responses(401, 403))
async def live(_: CaseReader, *, room: RoomDep) -> list[LiveView]:
    """The interviews that run now."""
    return await service.overview(room)


@router.get(
    "/live/{session_id}/events",
    response_class=StreamingResponse,
    responses={
        **responses(401, 403, 404, 422),
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
    },
)
async def events(
    session_id: UUID, person: CaseReader, *, room: RoomDep, database: DatabaseDep
) -> StreamingResponse:
    """Events as they happen (schema: /api/events.schema.json), until the reader leaves."""
    async with database.reading() as db:
        if not await queries.session_exists(db, session_id):
            raise not_found()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(room, session_id, shows=partial(_may_show, database, person.id))
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(room: LiveRoom, session_id: UUID, *, shows: Shows) -> AsyncIterator[str]:
    with room.tools.bus.watching(session_id) as subscription:
        yield ": open\n\n"
        while True:
            piece = await _next_piece(subscription, shows)
            if piece is None:
                return
            yield piece


async def _next_piece(subscription: Subscription, shows: Shows) -> str | None:
    try:
        async with asyncio.timeout(KEEP_ALIVE):
            event = await anext(subscription)
    except StopAsyncIteration:
        return None
    except TimeoutError:
        return ": quiet\n\n"
    if not await shows(event):
        return ": withheld\n\n"
    return f"event: {event.type}\ndata: {event.model_dump_json()}\n\n"


async def _may_show(database: Database, viewer: UUID, event: Event) -> bool:
    """A rating is not told to somebody who is blind to its session."""
    if not isinstance(event, RatingEvent):
        return True
    async with database.reading() as db:
        return not (await sight_of(db, viewer, event.session_id)).is_blind


@router.get(
    "/events.schema.json",
    dependencies=[PUBLIC],
    response_class=Response,
    responses={200: {"content": {"application/schema+json": {"schema": {"type": "object"}}}}},
)
async def schema() -> JSONResponse:
    """JSON Schema of every event."""
    return JSONResponse(event_schema(), media_type="application/schema+json")
