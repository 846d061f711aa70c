"""However candidates leave, nothing of them stays: no task, thread, descriptor, file or object."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from pathlib import Path

import pytest
from aiortc import RTCPeerConnection

from service.live.client import CandidateClient, Clip
from service.live.connection import Connection
from service.live.ear import Ear
from service.live.recorder import Recorder
from service.live.rtp.track import Track
from service.live.session import LiveSession
from service.live.tools import Patience
from tests.fakes.clips import clip
from tests.fakes.live import HouseKeeper, LiveHouse
from tests.fakes.peers import settle, until

MANNERS = ("finish", "leave", "hang_up", "vanish", "return")
# The loop's executor, Starlette's, SQLite's connections: all bounded.
POOLED = ("asyncio_", "AnyIO", "Thread-")
ONE_MORE = {"descriptors": 3}  # SQLite's pool may have one more connection: file, log, index
KINDS = (LiveSession, Connection, RTCPeerConnection, Track, Recorder, Ear)


async def sit(live: LiveHouse, talk: Clip, manner: str) -> None:
    """One sitting of a second or two that ends as `manner` says."""
    token, _ = await live.invite()
    async with live.candidate(token, talk) as client:
        await client.consent()
        await client.connect()
        await asyncio.sleep(1.0)
        if manner == "leave" or manner == "return":
            await client.leave()
        if manner == "vanish":
            drop_sockets(client)
            await asyncio.sleep(0.1)
        if manner == "return":
            await client.connect()
            await asyncio.sleep(0.5)
        if manner in {"finish", "return"}:
            await client.finish()


def drop_sockets(client: CandidateClient) -> None:
    """What is left when a process is killed: nobody who says goodbye."""
    connection = client._connection
    assert connection is not None
    assert connection.sctp is not None
    for protocol in connection.sctp.transport.transport._connection._protocols:
        protocol.transport.abort()


async def sit_all(live: LiveHouse, talk: Clip) -> None:
    due = len(live.closed) + len(MANNERS)
    async with asyncio.TaskGroup() as sittings:
        for manner in MANNERS:
            sittings.create_task(sit(live, talk, manner))
    await until(lambda: not live.room.sessions and len(live.closed) >= due, within=20)
    await settle()


def held(spool: Path) -> dict[str, int]:
    """Everything that is counted."""
    gc.collect()
    objects = Counter(type(one) for one in gc.get_objects() if isinstance(one, KINDS))
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": sum(not one.name.startswith(POOLED) for one in threading.enumerate()),
        "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "files": sum(1 for _ in spool.rglob("*")),
        **{kind.__name__: objects[kind] for kind in KINDS},
    }


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors are counted by /proc")
async def test_however_candidates_leave_nothing_of_them_stays(
    keeper: HouseKeeper, tmp_path: Path
) -> None:
    keeper.settings.session_limit, keeper.settings.reconnect_seconds = 10, 1.0
    keeper.patience = Patience(gone=1.0)
    talk = clip(tmp_path, [(0.2, 0.7)], seconds=1)
    async with keeper.open() as live:
        await sit_all(live, talk)  # pools of threads and of connections fill
        spool = live.room.tools.spool
        before = held(spool)
        await sit_all(live, talk)
        after = held(spool)
        assert len(live.closed) == 2 * len(MANNERS)
    for name in ("files", *(kind.__name__ for kind in KINDS)):
        assert after[name] == 0, name
    for name in ("tasks", "threads", "descriptors"):
        assert after[name] <= before[name] + ONE_MORE.get(name, 0), name
