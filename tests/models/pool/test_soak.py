"""Many requests while workers are killed at random: none is lost, none is answered twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from models.batches import Batching
from models.dispatch import PoolSettings
from models.local_pool import LocalPool
from models.pool import WorkerLost
from tests.models.pool import handlers as h

REQUESTS = 200
KILLS = 25
SETTINGS = PoolSettings(
    build=h.BUILD,
    batching={"count": Batching(most=4, window=0.02, shape=h.parity)},
    bounds={"count": 32},
    beat=0.2,
    backoff=0.01,
    backoff_cap=0.1,
    close_limit=1,
)


async def kill_at_random(pool: LocalPool, draw: random.Random) -> int:
    """SIGKILL one worker after another, a moment apart; how many died of it."""
    killed = 0
    while killed < KILLS:
        await asyncio.sleep(draw.uniform(0.02, 0.25))
        if pids := pool.pids():
            with suppress(ProcessLookupError):
                os.kill(draw.choice(pids), signal.SIGKILL)
                killed += 1
    return killed


def times_begun(folder: Path) -> dict[int, int]:
    """How often work on each number was begun."""
    return {int(path.name): path.stat().st_size for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_every_request_is_answered_once_or_lost_after_one_retry(
    tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    began = time.monotonic()
    async with LocalPool(h.PLAN, workers=3, settings=SETTINGS) as pool:
        killer = asyncio.create_task(kill_at_random(pool, draw))

        async def ask(number: int) -> int:
            await asyncio.sleep(draw.uniform(0, 2))
            return await pool.infer(h.COUNT, (str(tmp_path), number), deadline=30)

        asked = [asyncio.create_task(ask(number)) for number in range(REQUESTS)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        killer.cancel()
        await asyncio.wait({killer})
        restarts = pool.load().restarts
        assert (pool.load().queued, pool.load().running) == (0, 0)
        assert await pool.infer(h.QUICK, "still here", deadline=10) == "still here"
    assert time.monotonic() - began < 25
    answered = {number for number, each in enumerate(found) if each == number}
    lost = {number for number, each in enumerate(found) if isinstance(each, WorkerLost)}
    assert answered | lost == set(range(REQUESTS))
    assert restarts >= 5
    assert len(lost) <= restarts  # a death loses nothing that was not there at an earlier one
    times = times_begun(tmp_path)
    assert set(times) <= set(range(REQUESTS))
    assert all(1 <= times[number] <= 2 for number in answered)
    assert max(times.values()) <= 2
