"""Bounds, order and cancelling, seen by callers: the same in the process and the inline pool."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest
import pytest_asyncio

from models.dispatch import PoolSettings, QueuedPool
from models.inline_pool import InlinePool
from models.local_pool import LocalPool
from models.pool import Expired, NoEngine, Overloaded, Pool, TaskFailed, WorkerLost
from models.types import FaceRequest, Task
from tests.models.pool import handlers as h

R = TypeVar("R")

SETTINGS = PoolSettings(
    build=h.BUILD, bounds={"snap": 2, "guess": 2, "stamp": 2}, close_limit=0.2, hang_floor=2
)


@pytest_asyncio.fixture(params=["process", "inline"])
async def pool(request: pytest.FixtureRequest) -> AsyncIterator[QueuedPool]:
    made: QueuedPool
    if request.param == "process":
        made = LocalPool(h.PLAN, workers=1, settings=SETTINGS)
    else:
        made = InlinePool(h.PLAN, settings=SETTINGS)
    async with made as opened:
        yield opened


async def occupy(pool: Pool, seconds: float) -> asyncio.Task[int]:
    task = asyncio.create_task(pool.infer(h.SLEEP, seconds, deadline=5))
    await asyncio.sleep(0.01)
    return task


async def test_the_most_urgent_is_served_first(pool: QueuedPool) -> None:
    busy = await occupy(pool, 0.1)
    ends: list[str] = []

    async def ask(task: Task[str, R]) -> None:
        await pool.infer(task, "", deadline=5)
        ends.append(task.name)

    await asyncio.gather(ask(h.GUESS), ask(h.SNAP), ask(h.STAMP), ask(h.QUICK))
    assert ends == ["quick", "stamp", "snap", "guess"]
    await busy


async def test_frames_beyond_the_bound_push_out_the_oldest(pool: QueuedPool) -> None:
    busy = await occupy(pool, 0.1)
    asked = [asyncio.create_task(pool.infer(h.SNAP, str(n), deadline=5)) for n in range(5)]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in done] == [Overloaded] * 3 + [float] * 2
    await busy


async def test_only_the_newest_partial_of_a_stream_is_run(pool: QueuedPool) -> None:
    busy = await occupy(pool, 0.1)
    keys = ["a", "b", "a", "a"]
    asked = [asyncio.create_task(pool.infer(h.GUESS, "", deadline=5, key=key)) for key in keys]
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in done] == [Overloaded, float, Overloaded, float]
    await busy


async def test_speech_beyond_the_bound_waits_and_none_is_lost(pool: QueuedPool) -> None:
    busy = await occupy(pool, 0.1)
    asked = [asyncio.create_task(pool.infer(h.STAMP, "", deadline=5)) for _ in range(8)]
    await asyncio.sleep(0.02)
    load = pool.load()
    assert (load.workers, load.alive, load.queued, load.running) == (1, 1, 8, 1)
    assert 0.01 < load.oldest_wait < 1
    times = await asyncio.gather(*asked)
    assert times == sorted(times)
    assert pool.load().queued == 0
    await busy


async def test_a_deadline_passes_while_waiting(pool: QueuedPool) -> None:
    busy = await occupy(pool, 0.1)
    with pytest.raises(Expired):
        await pool.infer(h.QUICK, "", deadline=0.02)
    assert pool.load().queued == 0
    await busy


async def test_a_cancelled_caller_gives_its_place_away(pool: QueuedPool) -> None:
    busy = await occupy(pool, 0.1)
    asked = [asyncio.create_task(pool.infer(h.STAMP, "", deadline=5)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for each in asked[:2]:
        each.cancel()
    await asyncio.gather(*asked[:2], return_exceptions=True)
    assert pool.load().queued == 1
    assert await asked[2] > 0
    await busy


async def test_errors_are_the_ports(pool: QueuedPool) -> None:
    with pytest.raises(TaskFailed, match="ValueError"):
        await pool.infer(h.BREAK, "", deadline=5)
    with pytest.raises(NoEngine):
        await pool.infer(h.MISSING, "zh", deadline=5)
    face = FaceRequest(bytes(12), 2, 2)
    assert (await pool.infer(h.HASH_FACE, face, deadline=5))[1] == 2


async def test_closing_while_busy_ends_in_time() -> None:
    async with InlinePool(h.PLAN, settings=SETTINGS) as opened:
        busy = await occupy(opened, 1.0)
        began = time.monotonic()
    assert time.monotonic() - began < 0.7
    with pytest.raises(WorkerLost):
        await busy
