"""Passing captions and faces give way to finals: what the pool is asked under load."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from models.pool import PoolLoad, TaskLoad
from models.types import FACE, PARTIAL, TRANSCRIBE
from service.blobs import Blobs
from service.db import Database
from service.live.captions import Captioner
from service.live.ear import Heard
from service.live.encoded import EncodedFrame
from service.live.faces import Watcher
from service.live.tools import Tools
from service.live.video import Pictures
from service.settings import Settings
from service.tables import new_id
from tests.fakes.live import ENGINES, scripted_pool
from tests.fakes.pool import IDLE, FakePool

BUSY = replace(IDLE, tasks={"transcribe": TaskLoad(queued=1, oldest_wait=0.9)})
SLOW_ENGINE = replace(IDLE, tasks={"partial": TaskLoad(cost=0.1)})
SLOW_FINALS = replace(IDLE, tasks={"transcribe": TaskLoad(cost=0.3)})
SECOND = b"\x01\x00" * 16_000


@pytest.fixture
def pool() -> FakePool:
    return scripted_pool()


@pytest.fixture
def tools(tmp_path: Path, sqlite_database: Database, pool: FakePool) -> Tools:
    settings = Settings(_env_file=None, data_dir=tmp_path, faces_per_second=10)
    return Tools(settings, sqlite_database, Blobs("memory:///"), pool, ENGINES)


@asynccontextmanager
async def guessing(tools: Tools) -> AsyncIterator[Captioner]:
    captioner = Captioner(tools, new_id(), language="en", question_at=lambda at: None)
    task = asyncio.create_task(captioner.guess())
    yield captioner
    task.cancel()
    await asyncio.wait({task})


async def speak(captioner: Captioner, seconds: int) -> None:
    """One state of an utterance that has lasted so long."""
    captioner.hear(Heard(new_id(), 0.0, float(seconds), SECOND * seconds, final=False))
    await asyncio.sleep(0.02)


async def test_passing_captions_are_asked_for_while_there_is_room(
    tools: Tools, pool: FakePool
) -> None:
    async with guessing(tools) as captioner:
        await speak(captioner, 1)
        assert len(pool.asked(PARTIAL)) == 1
        await speak(captioner, 2)
        assert len(pool.asked(PARTIAL)) == 1  # the period is not over
        await asyncio.sleep(0.75)
        assert len(pool.asked(PARTIAL)) == 2


@pytest.mark.parametrize(("load", "questions"), [(IDLE, 1), (BUSY, 0), (SLOW_FINALS, 0)])
async def test_a_final_is_heard_early_only_while_there_is_room_and_the_engine_is_quick(
    tools: Tools, pool: FakePool, load: PoolLoad, questions: int
) -> None:
    pool.snapshot = load
    captioner = Captioner(tools, new_id(), language="en", question_at=lambda at: None)
    task = asyncio.create_task(captioner.foresight.run())
    await asyncio.sleep(0)
    captioner.hear(Heard(new_id(), 0.0, 1.0, SECOND, final=False, likely=True))
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.wait({task})
    assert len(pool.asked(TRANSCRIBE)) == questions


async def test_no_passing_caption_is_asked_for_while_a_final_waits(
    tools: Tools, pool: FakePool
) -> None:
    pool.snapshot = BUSY
    async with guessing(tools) as captioner:
        await speak(captioner, 1)
        assert pool.asked(PARTIAL) == []


async def test_a_slow_engine_is_not_asked_about_long_clips(tools: Tools, pool: FakePool) -> None:
    pool.snapshot = SLOW_ENGINE
    async with guessing(tools) as captioner:
        await speak(captioner, 7)
        assert pool.asked(PARTIAL) == []
        await speak(captioner, 3)
        assert len(pool.asked(PARTIAL)) == 1


@pytest.mark.parametrize(("load", "looked_at"), [(IDLE, 15), (BUSY, 2)])
async def test_faces_are_looked_at_less_often_before_a_final_is_late(
    tools: Tools, pool: FakePool, load: PoolLoad, looked_at: int
) -> None:
    pool.snapshot = load
    watcher = Watcher(tools, new_id(), warn=lambda code: None)
    task = asyncio.create_task(watcher.watch())
    pictures = Pictures("s")
    for index in range(15):  # a second and a half at ten per second
        at = 100 + index / 10
        pictures.push(EncodedFrame("video", "vp8", b"", 0, at, keyframe=index == 0))
        watcher.see(pictures, at)
        await asyncio.sleep(0.002)
    task.cancel()
    await asyncio.wait({task})
    assert len(pool.asked(FACE)) == looked_at
