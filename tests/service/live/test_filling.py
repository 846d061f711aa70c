"""What a browser kept fills the gap between two connections, and one recording tells it all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlmodel import select

from benchmarks.chaos_journal import Device, Run, Sender
from service.live.recorded import sound_packets
from service.live.session import LiveSession
from service.tables import (
    AuditEvent,
    JournalChunk,
    Recording,
    RecordingSource,
    RecordingState,
    Utterance,
)
from tests.fakes.clips import clip
from tests.fakes.live import HouseKeeper, LiveHouse
from tests.fakes.opus_encoder import encode
from tests.fakes.peers import until
from tests.fixtures.encoded import recorded
from tests.fixtures.sound import noise

PACKETS = 50


async def rows(live: LiveHouse, table: type, session_id: UUID) -> list:
    async with live.database.reading() as db:
        return list((await db.exec(select(table).where(table.session_id == session_id))).all())


def loud(seconds: float) -> list[bytes]:
    """Opus packets of 20 ms that nothing else holds."""
    rough = np.frombuffer(noise(seconds, seed=11), np.int16)
    return encode(np.repeat(rough, 3))


async def hold_with_a_gap(
    live: LiveHouse, tmp_path: Path, kept: Sequence[bytes]
) -> tuple[UUID, tuple[float, float]]:
    """An interview whose network is away for two seconds; the gap in session seconds."""
    loop = asyncio.get_running_loop()
    token, session_id = await live.invite()
    talk = clip(tmp_path, [(0.2, 1.0)], seconds=1.5)
    device = Device()
    async with live.candidate(token, talk) as client:
        await client.consent(facial_analysis=False)
        await client.connect()
        await until(lambda: room_session(live, session_id).streamed)
        await asyncio.sleep(1.0)
        await client.hang_up()
        session = room_session(live, session_id)
        await asyncio.sleep(0.6)
        gap_start = session.streamed[-1][1]
        run = Run(device, loop.time() - session.clock.now + gap_start - 1.0)
        offset = session.clock.now - loop.time()
        run.keep(list(kept[:PACKETS]), offset)
        await asyncio.sleep(1.4)
        run.keep(list(kept[PACKETS : 4 * PACKETS]), offset)
        await client.connect()
        await until(lambda: len(session.streamed) == 2)
        gap = (session.streamed[0][1], session.streamed[1][0])
        async with live.house.client() as http:
            sender = Sender(http, token, device)
            async with asyncio.timeout(15):
                while not await sender.step(offset, loop.time()):  # noqa: ASYNC110 - as a page asks
                    await asyncio.sleep(0.1)
        await client.finish()
    await until(lambda: live.closed == [session_id], within=15)
    return session_id, gap


def room_session(live: LiveHouse, session_id: UUID) -> LiveSession:
    found = live.room.session(session_id)
    assert found is not None
    return found


async def test_a_gap_is_filled_heard_and_joined(live: LiveHouse, tmp_path: Path) -> None:
    kept = loud(4.0)
    session_id, gap = await hold_with_a_gap(live, tmp_path, kept)
    found = await rows(live, Recording, session_id)
    (joined,) = (row for row in found if row.source == RecordingSource.STITCHED)
    (filled,) = (row for row in found if row.source == RecordingSource.JOURNAL)
    assert {row.state for row in found if row is not joined} == {RecordingState.JOINED}
    assert filled.offset == pytest.approx(gap[0], abs=0.05)
    assert filled.duration == pytest.approx(gap[1] - gap[0], abs=0.06)
    # Nothing is missing any more, and the very packets lie where they were spoken.
    assert joined.holes == []
    path = tmp_path / "joined.webm"
    path.write_bytes(await live.house.blobs.get(joined.blob_key))
    places = {data: joined.offset + at for at, data in recorded(path, "audio")}
    zero = gap[0] - 1.0
    there = [number for number, data in enumerate(kept) if data in places]
    assert len(there) == pytest.approx((gap[1] - gap[0]) * PACKETS, abs=3)
    for number in there:
        assert places[kept[number]] == pytest.approx(zero + number / PACKETS, abs=0.05)
    assert len(sound_packets(path.read_bytes())) >= joined.duration * PACKETS - 3
    # It was heard, once, under the question that stood.
    spoken = await rows(live, Utterance, session_id)
    inside = [row for row in spoken if gap[0] - 0.1 <= row.start and row.end <= gap[1] + 0.1]
    assert sum(row.end - row.start for row in inside) > 0.7 * (gap[1] - gap[0])
    assert len({row.question_id for row in spoken}) == 1
    # What was sent is not kept twice.
    assert not await rows(live, JournalChunk, session_id)
    assert not list(live.room.tools.spool.iterdir())
    tags = {row.tag for row in await rows(live, AuditEvent, session_id)}
    assert {"candidate:journal:send", "session:recording:stitch"} <= tags


async def test_the_clock_stands_still_while_nobody_is_heard(
    live: LiveHouse, tmp_path: Path
) -> None:
    token, session_id = await live.invite()
    async with live.candidate(token, clip(tmp_path, [], seconds=1)) as client:
        await client.consent(facial_analysis=False)
        await client.connect()
        await until(lambda: room_session(live, session_id).clock_view().used > 0.8)
        session = room_session(live, session_id)
        await client.hang_up()
        await until(lambda: not session.is_heard)
        before = session.clock_view()
        await asyncio.sleep(1.2)
        after = session.clock_view()
        assert after.used == pytest.approx(before.used, abs=0.45)  # what was not on disk yet
        assert not after.running
        assert after.at > before.at + 1.0
        await client.connect()
        await until(lambda: session.clock_view().running)
        assert session.clock_view().used < before.used + 0.6
        await client.finish()
    await until(lambda: live.closed == [session_id], within=15)


async def test_after_a_restart_the_time_away_has_its_place_but_is_not_counted(
    keeper: HouseKeeper, tmp_path: Path
) -> None:
    async with keeper.open() as live:
        token, session_id = await live.invite()
        async with live.candidate(token, clip(tmp_path, [], seconds=1)) as client:
            await client.consent(facial_analysis=False)
            await client.connect()
            await until(lambda: room_session(live, session_id).clock_view().used > 0.8)
            used = room_session(live, session_id).clock_view().used
    await asyncio.sleep(1.5)
    async with keeper.open() as live:
        session = room_session(live, session_id)
        assert session.clock_view().at > used + 1.4
        assert session.clock_view().used == pytest.approx(used, abs=0.7)
        async with live.candidate(token, clip(tmp_path, [], seconds=1)) as client:
            await client.connect()
            await until(lambda: len(session.streamed) == 2)
            async with live.guest(token) as guest:
                (gap,) = (await guest.get("/api/candidate/journal")).json()["wanted"]
            assert gap["end"] - gap["start"] > 1.4
            await client.finish()
        await until(lambda: live.closed == [session_id], within=15)
