"""What the live room does for the candidate and for HR, between HTTP and the sessions."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service import telemetry
from service.access.guests import Guest
from service.access.notices import require_recording
from service.errors import ServiceError
from service.live import queries, records
from service.live.errors import (
    invitation_used,
    not_found,
    question_mismatch,
    session_over,
    storage_full,
)
from service.live.facts import read_facts
from service.live.room import LiveRoom
from service.live.schemas import IceServerView, IceView, LiveView, StageRequest, StageView
from service.live.session import LiveSession
from service.live.signalling import IceServer, parse_fragment, parse_offer, turn_credentials
from service.live.tools import AskedNow, End, Tools
from service.settings import Settings
from service.tables import SessionState

LEAST_FREE = 256 << 20  # bytes on the spool's disk below which no recording is begun
RECOVERY_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class Joined:
    """The outcome of an offer."""

    connection_id: UUID
    answer: str


def ice_servers(
    settings: Settings, *, user: str, now: float
) -> tuple[list[IceServer], datetime | None]:
    """The servers for one candidate; TURN credentials hold for a while and then expire."""
    servers = [IceServer(tuple(settings.stun_urls))] if settings.stun_urls else []
    secret = settings.turn_secret.get_secret_value()
    if not settings.turn_urls or not secret:
        return servers, None
    expires = int(now) + settings.turn_ttl_seconds
    username, credential = turn_credentials(secret, user=user, expires=expires)
    servers.append(IceServer(tuple(settings.turn_urls), username, credential))
    return servers, datetime.fromtimestamp(expires, UTC)


def ice_view(settings: Settings, guest: Guest) -> tuple[IceView, list[IceServer]]:
    """The servers as JSON and as they are."""
    servers, expires_at = ice_servers(settings, user=str(guest.session.id), now=time.time())
    views = [
        IceServerView(
            urls=list(server.urls),
            username=server.username or None,
            credential=server.credential or None,
        )
        for server in servers
    ]
    return IceView(ice_servers=views, expires_at=expires_at), servers


async def join(room: LiveRoom, guest: Guest, body: bytes) -> Joined:
    """Take an offer of a candidate who has agreed; a new session needs a free place."""
    try:
        joined = await _join(room, guest, body)
    except ServiceError as error:
        telemetry.OFFERS.labels(error.code).inc()
        raise
    telemetry.OFFERS.labels("answered").inc()
    return joined


async def _join(room: LiveRoom, guest: Guest, body: bytes) -> Joined:
    require_recording(guest, room.tools.settings)
    _require_open(guest)
    offer = parse_offer(body)
    await asyncio.to_thread(_require_space, room.tools)
    session = room.session(guest.session.id)
    if session is None:
        session = await _admit(room, guest)
    try:
        connection_id, answer = await session.connect(offer)
    except BaseException:
        if session.connection is None and not session.begun:
            session.finish(End.ABANDONED)  # gives the place back
        raise
    return Joined(connection_id, answer)


def _require_open(guest: Guest) -> None:
    state = SessionState(guest.session.state)
    if state is SessionState.CLOSED:
        raise invitation_used()
    if state is SessionState.DRAINING:
        raise session_over()


def _require_space(tools: Tools) -> None:
    tools.spool.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(tools.spool).free < LEAST_FREE:
        raise storage_full()


async def _admit(room: LiveRoom, guest: Guest) -> LiveSession:
    if guest.session.started_at is not None:
        # After a crash its recording must be finished first: media time goes on from its end.
        async with asyncio.timeout(RECOVERY_WITHIN):
            await room.recovered.wait()
    async with room.tools.database.reading() as db:
        facts = await read_facts(db, guest.session.id, room.tools)
    if facts is None:
        raise not_found()
    return room.admit(facts, always=facts.begun)


async def trickle(room: LiveRoom, guest: Guest, connection_id: UUID, *, body: bytes) -> None:
    """Take ICE candidates. Raises ServiceError 404 for a connection not the guest's."""
    fragment = parse_fragment(body)
    session = room.session(guest.session.id)
    if session is None:
        raise not_found()
    await session.trickle(connection_id, fragment)


async def leave(room: LiveRoom, guest: Guest, connection_id: UUID) -> None:
    """End a connection; 404 when the session never had it."""
    session = room.session(guest.session.id)
    if session is not None and session.disconnect(connection_id):
        return
    async with room.tools.database.reading() as db:
        if connection_id not in await queries.connection_ids(db, guest.session.id):
            raise not_found()


async def advance(room: LiveRoom, guest: Guest, question_id: UUID) -> AskedNow | None:
    """Go on from a question; the one that stands then."""
    _require_open_to_advance(guest)
    session = room.session(guest.session.id)
    if session is None:
        raise question_mismatch()
    return await session.advance(question_id)


async def stage(room: LiveRoom, guest: Guest, wanted: StageRequest) -> StageView:
    """Move the question that stands to its next stage, or to another try."""
    _require_open_to_advance(guest)
    session = room.session(guest.session.id)
    if session is None:
        raise question_mismatch()
    event = await session.pacer.ask(wanted.question_id, wanted.wish)
    return StageView.model_validate(event, from_attributes=True)


def _require_open_to_advance(guest: Guest) -> None:
    if SessionState(guest.session.state) in records.OVER:
        raise session_over()


async def finish(room: LiveRoom, guest: Guest) -> None:
    """End the interview; a repeat changes nothing. The rest is written in the background."""
    state = SessionState(guest.session.state)
    if state in records.OVER:
        return
    session = room.session(guest.session.id)
    if session is None and guest.session.started_at is None:
        raise session_over()  # nothing has begun that could end
    if session is None:
        session = await _admit(room, guest)
    await records.step_back(room.tools, session.facts, to=SessionState.DRAINING)
    session.finish()


async def overview(room: LiveRoom) -> list[LiveView]:
    """The interviews that run here."""
    ids = list(room.sessions)
    async with room.tools.database.reading() as db:
        rows = await queries.live_rows(db, ids) if ids else []
    now = asyncio.get_running_loop().time()
    out: list[LiveView] = []
    for session, candidate, plan in rows:
        live = room.session(session.id)
        last = live.connection.peer.last_arrival if live and live.connection else None
        questions = live.facts.questions if live else ()
        index = next((q.index for q in questions if live and q.id == live.current), None)
        out.append(
            LiveView(
                session_id=session.id,
                candidate_name=candidate.name,
                plan_title=plan.title,
                state=SessionState(session.state),
                question_index=index,
                total=len(questions),
                started_at=session.started_at,
                last_packet_age=round(now - last, 3) if last is not None else None,
            )
        )
    return out
