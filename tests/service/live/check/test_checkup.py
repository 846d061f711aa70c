"""The device check over real WebRTC: heard and answered as in an interview, and nothing kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from models.pool import NoEngine
from models.types import TRANSCRIBE
from service.access.engines import EngineInfo, EngineReport
from service.live.check import checkup
from service.live.client import CandidateClient
from service.tables import (
    AskedQuestion,
    AuditEvent,
    Recording,
    Session,
    SessionState,
    Utterance,
)
from tests.fakes.clips import clip
from tests.fakes.live import HouseKeeper, LiveHouse
from tests.fakes.peers import until
from tests.service.live.test_refusals import FRAGMENT, SDP, agreed, problem
from tests.service.live.test_signalling import an_offer

WHIP = "/api/candidate/check/whip"
Json = dict[str, Any]


@asynccontextmanager
async def checking(
    live: LiveHouse, folder: Path
) -> AsyncIterator[tuple[CandidateClient, UUID, list[Json]]]:
    """A candidate in the device check, who says one thing."""
    token, session_id = await live.invite()
    events: list[Json] = []

    async def collect(client: CandidateClient) -> None:
        async for event in client.events():
            events.append(event)

    async with live.candidate(token, clip(folder, [(0.3, 1.2)], seconds=3)) as client:
        await client.consent()
        await client.connect(check=True)
        reading = asyncio.create_task(collect(client))
        yield client, session_id, events
        reading.cancel()


def captions(events: list[Json]) -> list[Json]:
    return [event for event in events if event["type"] == "caption"]


async def kept(live: LiveHouse, session_id: UUID) -> list[object]:
    """Everything that an interview would have left of what was said."""
    async with live.database.reading() as db:
        found: list[object] = []
        for table in (Utterance, Recording, AskedQuestion):
            rows = await db.exec(select(table).where(table.session_id == session_id))
            found += rows.all()
        return found


async def test_a_spoken_sentence_comes_back_as_a_caption_and_nothing_is_kept(
    live: LiveHouse, tmp_path: Path
) -> None:
    async with checking(live, tmp_path) as (client, session_id, events):
        client.send({"type": "ping", "t": 3.5})
        await until(lambda: any(event["is_final"] for event in captions(events)))
        await until(lambda: {"type": "pong", "t": 3.5, "clock": None} in events)
        await client.leave()
        await until(lambda: not len(live.room.checks))
        assert await kept(live, session_id) == []
    final = next(event for event in captions(events) if event["is_final"])
    assert final["text"].startswith("heard ")
    assert (final["status"], final["question_id"]) == ("done", None)
    async with live.database.reading() as db:
        row = await db.get_one(Session, session_id)
        audited = await db.exec(select(AuditEvent).where(AuditEvent.session_id == session_id))
        tags = {event.tag for event in audited}
    assert (row.state, row.started_at, row.media_seconds) == (SessionState.CONSENTED, None, 0.0)
    assert not any("connection" in tag or "recording" in tag for tag in tags)
    assert not live.room.sessions
    assert not live.room.tools.spool.exists()
    blobs = live.house.settings.data_dir / "blobs"
    assert not [path for path in blobs.rglob("*") if path.is_file()]


async def test_a_language_without_an_engine_is_told_as_such(
    keeper: HouseKeeper, tmp_path: Path
) -> None:
    keeper.engines = EngineReport((("en", EngineInfo(None)),))
    keeper.pool.reply(TRANSCRIBE, NoEngine("none"))
    async with keeper.open() as live, checking(live, tmp_path) as (_, _, events):
        await until(lambda: any(event["is_final"] for event in captions(events)))
        final = next(event for event in captions(events) if event["is_final"])
        assert (final["status"], final["text"]) == ("waiting", "")
        assert "engine_missing" in [event.get("code") for event in events]


async def test_a_second_check_ends_the_first(live: LiveHouse, tmp_path: Path) -> None:
    async with checking(live, tmp_path) as (client, _, _):
        await client.connect(check=True)
        await until(lambda: len(live.room.checks) == 1)


async def test_a_check_ends_by_itself(
    live: LiveHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "LONGEST", 0.2)
    async with checking(live, tmp_path):
        await until(lambda: not len(live.room.checks))


async def test_the_check_needs_consent(live: LiveHouse) -> None:
    token, _ = await live.invite()
    async with live.guest(token) as guest:
        answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
    assert problem(answer) == (403, "consent_missing")


async def test_a_full_machine_checks_nobody(
    live: LiveHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, _ = await agreed(live, tmp_path)
    async with guest:
        monkeypatch.setattr("service.live.check.room.MOST", 0)
        full = await guest.post(WHIP, content=await an_offer(), headers=SDP)
        assert problem(full) == (503, "check_full")
        assert int(full.headers["Retry-After"]) > 0


async def test_what_makes_no_sense_is_refused(live: LiveHouse, tmp_path: Path) -> None:
    guest, _ = await agreed(live, tmp_path)
    async with guest:
        assert problem(await guest.post(WHIP, content=b"x", headers=SDP)) == (400, "sdp_malformed")
        stray = await guest.patch(f"{WHIP}/{uuid4()}", content=b"", headers=FRAGMENT)
        assert problem(stray) == (404, "not_found")
        assert (await guest.delete(f"{WHIP}/{uuid4()}")).status_code == 200
    assert not len(live.room.checks)
