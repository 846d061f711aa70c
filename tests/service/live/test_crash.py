"""A server that dies or stops in the middle of an interview loses next to nothing."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from models.pool import WorkerLost
from models.types import TRANSCRIBE, VAD
from service.db import Database
from service.live.client import CandidateClient
from service.live.rtp.parse import Packet
from service.live.rtp.track import Track
from service.live.tools import Patience
from service.tables import (
    Recording,
    RecordingState,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
)
from tests.fakes.clips import clip
from tests.fakes.live import HouseKeeper, LiveHouse, scripted_pool, transcript
from tests.fakes.live_server import keeper_settings
from tests.fakes.peers import settle, until
from tests.fixtures.player import probe

SERVER = "tests.fakes.live_server"
LIVED = 7.0


async def rows(database: Database, table: type, session_id: UUID) -> list:
    async with database.reading() as db:
        return list((await db.exec(select(table).where(table.session_id == session_id))).all())


async def heard(database: Database, session_id: UUID) -> list[Utterance]:
    """The utterances, once none waits; soon, for the backlog is woken."""
    for _ in range(100):
        found = await rows(database, Utterance, session_id)
        if all(row.status != UtteranceStatus.PENDING for row in found):
            break
        await asyncio.sleep(0.05)
    return found


async def interview_until_killed(folder: Path, tmp_path: Path) -> tuple[UUID, float]:
    """Start a server, talk to it, SIGKILL it; the session and how long media flowed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", SERVER, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    base = f"http://127.0.0.1:{line['port']}"
    talk = clip(tmp_path, [(0.5, 1.5), (5.0, 30.0)], seconds=30)
    async with CandidateClient(base, line["token"], talk) as client:
        await client.consent()
        await client.connect()
        connected = asyncio.get_running_loop().time()
        await asyncio.sleep(LIVED)
        process.kill()
        lived = asyncio.get_running_loop().time() - connected
        await process.wait()
    await settle()
    return UUID(line["session_id"]), lived


@pytest.mark.slow
async def test_a_killed_server_loses_no_more_than_the_last_second(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    session_id, lived = await interview_until_killed(folder, tmp_path)
    settings = keeper_settings(folder)
    async with Database(settings.database) as database:
        (before,) = await rows(database, Recording, session_id)
        assert before.state == RecordingState.OPEN
        async with HouseKeeper(settings, database, scripted_pool()).open() as live:
            (recording,) = await rows(database, Recording, session_id)
            assert recording.state == RecordingState.RECOVERED
            assert recording.duration >= lived - 1.5
            path = tmp_path / "recovered.webm"
            path.write_bytes(await live.house.blobs.get(recording.blob_key))
            assert probe(path).codecs == {"vp8", "opus"}
            # What was being said when the server died is heard from the recording, and at once.
            spoken = await heard(database, session_id)
            assert max(row.end for row in spoken) >= lived - 2.0
            assert {row.status for row in spoken} == {UtteranceStatus.DONE}
            await until(lambda: live.closed == [session_id], within=10)
        async with database.reading() as db:
            assert (await db.get_one(Session, session_id)).state == SessionState.CLOSED


async def test_a_stopped_server_lets_the_candidate_come_back_to_the_next(
    keeper: HouseKeeper, tmp_path: Path
) -> None:
    talk = clip(tmp_path, [(0.3, 1.2)], seconds=2)
    async with AsyncExitStack() as running:
        live = await running.enter_async_context(keeper.open())
        token, session_id = await live.invite()
        async with live.candidate(token, talk) as client:
            await client.consent()
            await client.connect()
            await asyncio.sleep(2.5)
            await running.aclose()
    assert not live.closed
    (first,) = await rows(keeper.database, Recording, session_id)
    assert first.state == RecordingState.COMPLETE
    async with keeper.open() as live, live.candidate(token, talk) as client:
        await client.connect()
        await asyncio.sleep(2.0)
        await client.finish()
        await until(lambda: live.closed == [session_id])
    one, two, _ = sorted(
        await rows(keeper.database, Recording, session_id), key=lambda row: row.segment
    )
    assert two.offset >= one.offset + one.duration - 0.1


async def test_a_lost_worker_costs_no_sound(live: LiveHouse, tmp_path: Path) -> None:
    live.pool.then(TRANSCRIBE, WorkerLost()).then(VAD, WorkerLost())
    token, session_id = await live.invite()
    async with live.candidate(token, clip(tmp_path, [(0.4, 1.4)], seconds=2.5)) as client:
        await client.consent()
        await client.connect()
        await asyncio.sleep(3)
        await client.finish()
    await until(lambda: live.closed == [session_id], within=15)
    spoken = await rows(live.database, Utterance, session_id)
    assert any(row.start < 0.9 and row.end > 1.2 for row in spoken)
    assert {row.status for row in spoken} == {UtteranceStatus.DONE}


async def test_a_transcriber_that_hangs_leaves_the_text_to_the_backlog(
    keeper: HouseKeeper, tmp_path: Path
) -> None:
    keeper.patience = Patience(pool=0.5)
    keeper.pool.reply(TRANSCRIBE, transcript, after=30.0)
    async with keeper.open() as live:
        token, session_id = await live.invite()
        async with live.candidate(token, clip(tmp_path, [(0.4, 1.4)], seconds=2)) as client:
            await client.consent()
            await client.connect()
            await asyncio.sleep(2.5)
            await client.finish()
        await until(lambda: live.closed == [session_id], within=15)
        (row,) = await rows(live.database, Utterance, session_id)
        assert row.status == UtteranceStatus.PENDING
        live.pool.reply(TRANSCRIBE, transcript)
        assert await live.room.backlog.work() == 1
        assert live.closed == [session_id] * 2


class Deafness:
    """Lets the server lose the packets of chosen kinds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kinds: set[str] = set()
        take = Track.take

        def drop(track: Track, packet: Packet, now: float) -> None:
            if track.plan.kind not in self.kinds:
                take(track, packet, now)

        monkeypatch.setattr(Track, "take", drop)


async def codes_of(client: CandidateClient, into: list[str]) -> None:
    async for event in client.events():
        if event["type"] == "warning":
            into.append(event["code"])


async def test_silence_on_the_wire_is_told_and_its_end_too(
    keeper: HouseKeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = Deafness(monkeypatch)
    keeper.patience = Patience(track=1.0)
    codes: list[str] = []
    async with keeper.open() as live:
        token, session_id = await live.invite()
        async with live.candidate(token, clip(tmp_path, [], seconds=1)) as client:
            await client.consent()
            reading = asyncio.create_task(codes_of(client, codes))
            await client.connect()
            await asyncio.sleep(1)
            deaf.kinds = {"video"}
            await until(lambda: codes == ["no_video"], within=5)
            deaf.kinds = {"audio", "video"}
            await until(lambda: "interrupted" in codes, within=5)
            deaf.kinds = set()
            await until(lambda: codes[-1] == "resumed", within=5)
            await client.finish()
            await asyncio.wait_for(reading, 10)
        await until(lambda: live.closed == [session_id])
        (recording,) = await rows(live.database, Recording, session_id)
        assert recording.duration > 4.0


async def test_a_candidate_who_is_gone_ends_the_interview_in_time(
    keeper: HouseKeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = Deafness(monkeypatch)
    keeper.patience = Patience(gone=1.0)
    keeper.settings.reconnect_seconds = 1.5
    async with keeper.open() as live:
        token, session_id = await live.invite()
        async with live.candidate(token, clip(tmp_path, [], seconds=1)) as client:
            await client.consent()
            await client.connect()
            await asyncio.sleep(1)
            deaf.kinds = {"audio", "video"}
            session = live.room.sessions[session_id]
            await until(lambda: session.state is SessionState.CONNECTING, within=5)
            assert session.connection is None
            async with live.database.reading() as db:
                row = await db.get_one(Session, session_id)
            assert row.state == SessionState.CONNECTING
            await until(lambda: live.closed == [session_id], within=10)
        async with live.database.reading() as db:
            assert (await db.get_one(Session, session_id)).state == SessionState.CLOSED


async def test_one_who_never_connects_gives_the_place_back(
    keeper: HouseKeeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Deafness(monkeypatch).kinds = {"audio", "video"}
    keeper.patience = Patience(connect=1.0)
    keeper.settings.reconnect_seconds = 1.0
    async with keeper.open() as live:
        token, session_id = await live.invite()
        async with live.candidate(token, clip(tmp_path, [], seconds=1)) as client:
            await client.consent()
            await client.connect()
            await until(lambda: not live.room.sessions, within=10)
        assert not live.closed
        async with live.database.reading() as db:
            assert (await db.get_one(Session, session_id)).state == SessionState.CONSENTED
