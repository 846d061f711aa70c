"""The process pool against real processes that work, sleep, raise and die."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from models.dispatch import PoolSettings
from models.local_pool import LocalPool
from models.pool import Expired, NoEngine, Overloaded, TaskFailed, WorkerLost
from models.types import FaceRequest, TranscribeRequest
from tests.models.pool import handlers as h

FAST = PoolSettings(
    build=h.BUILD, beat=0.05, beat_limit=5, hang_floor=0.3, close_limit=1, backoff=0.01
)


def pool(workers: int = 1, settings: PoolSettings = FAST) -> LocalPool:
    return LocalPool(h.PLAN, workers=workers, settings=settings)


@pytest_asyncio.fixture
async def one() -> AsyncIterator[LocalPool]:
    async with pool() as opened:
        yield opened


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


async def until(is_so: Callable[[], object], *, within: float = 5) -> None:
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.01)


async def test_a_worker_is_polite_to_the_machine_and_loads_nothing_it_was_not_asked_for(
    one: LocalPool,
) -> None:
    about = await one.infer(h.ABOUT, "", deadline=5)
    assert about["OMP_NUM_THREADS"] == "3"
    assert about["OPENCV_FOR_THREADS_NUM"] == "1"
    assert int(about["nice"]) >= min(19, os.nice(0) + 5)
    assert about["sigint"] == "True"
    assert about["loaded"] == ""


async def test_a_worker_killed_in_mid_task_is_replaced_and_the_result_arrives(
    one: LocalPool, tmp_path: Path
) -> None:
    first = one.pids()
    assert await one.infer(h.DIE, (str(tmp_path / "n"), 1), deadline=10) == 2
    assert one.pids() != first
    assert one.load().restarts == 1


async def test_a_job_that_kills_two_workers_is_given_up_and_the_pool_lives(
    one: LocalPool, tmp_path: Path
) -> None:
    with pytest.raises(WorkerLost):
        await one.infer(h.DIE, (str(tmp_path / "n"), 9), deadline=10)
    assert (tmp_path / "n").stat().st_size == 2
    assert await one.infer(h.QUICK, "still here", deadline=10) == "still here"


async def test_what_waits_behind_a_crash_is_not_touched_by_it(
    one: LocalPool, tmp_path: Path
) -> None:
    deadly = asyncio.create_task(one.infer(h.DIE, (str(tmp_path / "n"), 9), deadline=10))
    others = [asyncio.create_task(one.infer(h.QUICK, str(n), deadline=10)) for n in range(5)]
    assert await asyncio.gather(*others) == ["0", "1", "2", "3", "4"]
    with pytest.raises(WorkerLost):
        await deadly


async def test_a_deadline_ends_the_wait_while_the_worker_goes_on(one: LocalPool) -> None:
    (pid,) = one.pids()
    began = time.monotonic()
    with pytest.raises(Expired):
        await one.infer(h.SLEEP, 0.4, deadline=0.05)
    assert time.monotonic() - began < 0.35
    assert one.load().running == 1
    assert await one.infer(h.SLEEP, 0.0, deadline=5) == pid


async def test_a_job_stuck_past_the_hang_limit_costs_its_worker(one: LocalPool) -> None:
    (pid,) = one.pids()
    with pytest.raises(Expired):
        await one.infer(h.SLEEP, 60.0, deadline=0.02)
    assert await one.infer(h.SLEEP, 0.0, deadline=5) != pid
    assert not is_running(pid)


async def test_a_worker_that_stops_beating_is_killed_and_its_job_retried() -> None:
    async with pool(settings=replace(FAST, beat_limit=0.3)) as opened:
        (pid,) = opened.pids()
        asked = asyncio.create_task(opened.infer(h.SLEEP, 0.1, deadline=10))
        await asyncio.sleep(0.03)
        os.kill(pid, signal.SIGSTOP)
        assert await asked != pid
        assert not is_running(pid)


async def test_a_model_that_raises_fails_its_job_by_class_name_and_the_worker_lives(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async with pool() as one:
        before = one.pids()
        with pytest.raises(TaskFailed) as caught:
            await one.infer(h.BREAK, "what the candidate said", deadline=5)
        assert caught.value.code == "ValueError"
        assert one.pids() == before
    logged = capfd.readouterr().err
    assert '"task_failed"' in logged
    assert "handlers.py:" in logged
    assert "candidate" not in logged


async def test_a_missing_engine_is_told_with_its_language(one: LocalPool) -> None:
    with pytest.raises(NoEngine) as caught:
        await one.infer(h.MISSING, "zh", deadline=5)
    assert caught.value.language == "zh"


@pytest.mark.parametrize(
    ("what", "code"), [("foreign", "unreadable_result"), ("lambda", "PicklingError")]
)
async def test_results_that_may_not_cross_the_border_fail_their_job_only(
    one: LocalPool, what: str, code: str
) -> None:
    before = one.pids()
    with pytest.raises(TaskFailed) as caught:
        await one.infer(h.ODD, what, deadline=5)
    assert caught.value.code in {code, "AttributeError"}  # how an older pickle refuses a lambda
    assert one.pids() == before


async def test_a_task_nobody_handles_is_refused(one: LocalPool) -> None:
    with pytest.raises(TaskFailed, match="unknown_task"):
        await one.infer(h.UNKNOWN, "", deadline=5)


async def test_pixels_and_sound_arrive_intact_and_leave_nothing_behind() -> None:
    def left() -> set[str]:
        return set(os.listdir("/dev/shm")) | set(os.listdir("/tmp"))  # noqa: S108

    before, draw = left(), random.Random(1)
    async with pool() as opened:
        for size in (1_000_000, 10, 3_000_000):
            pixels = draw.randbytes(size)
            face = FaceRequest(pixels, width=size, height=1)
            sha = hashlib.sha256(pixels).hexdigest()
            assert await opened.infer(h.HASH_FACE, face, deadline=5) == (sha, size)
            sound = TranscribeRequest(pixels, "en")
            assert await opened.infer(h.HASH_SOUND, sound, deadline=5) == sha + "en"
        os.kill(opened.pids()[0], signal.SIGKILL)
        assert await opened.infer(h.HASH_SOUND, sound, deadline=5) == sha + "en"
    assert {name for name in left() - before if "candor" in name or "psm_" in name} == set()


async def test_short_work_never_waits_behind_speech_when_there_are_two_workers() -> None:
    async with pool(workers=2) as opened:
        light, general = opened.pids()
        speech = [asyncio.create_task(opened.infer(h.SLEEP, 0.5, deadline=5)) for _ in range(2)]
        await asyncio.sleep(0.02)
        for _ in range(20):
            await opened.infer(h.QUICK, "", deadline=5)
        assert [each.done() for each in speech] == [False, False]
        assert set(await asyncio.gather(*speech)) == {general}
        assert general != light


async def test_general_workers_do_short_work_while_the_light_one_is_gone() -> None:
    async with pool(workers=2, settings=replace(FAST, backoff=30)) as opened:
        os.kill(opened.pids()[0], signal.SIGKILL)
        await until(lambda: opened.load().restarts == 1 and opened.load().alive == 2)
        light, general = opened.pids()
        os.kill(light, signal.SIGKILL)  # the second time it stays away for a while
        await until(lambda: opened.load().restarts == 2)
        assert await opened.infer(h.QUICK, "", deadline=5) == ""
        assert opened.pids() == [general]


async def test_closing_while_busy_ends_in_time_and_tells_everyone() -> None:
    async with pool(settings=replace(FAST, close_limit=0.2)) as opened:
        (pid,) = opened.pids()
        running = asyncio.create_task(opened.infer(h.SLEEP, 60.0, deadline=60))
        waiting = asyncio.create_task(opened.infer(h.SLEEP, 0.0, deadline=60))
        await asyncio.sleep(0.02)
        began = time.monotonic()
    assert time.monotonic() - began < 1
    assert not is_running(pid)
    with pytest.raises(WorkerLost):
        await running
    with pytest.raises(Overloaded):
        await waiting
    with pytest.raises(Overloaded):
        await opened.infer(h.QUICK, "", deadline=1)


async def test_closing_lets_what_runs_finish() -> None:
    async with pool() as opened:
        (pid,) = opened.pids()
        running = asyncio.create_task(opened.infer(h.SLEEP, 0.1, deadline=60))
        await asyncio.sleep(0.02)
    assert await running == pid


async def test_a_pool_whose_workers_cannot_load_says_so_soon() -> None:
    broken = replace(FAST, build="tests.models.pool.handlers:build_nothing")
    with pytest.raises(WorkerLost):
        async with pool(settings=broken):
            pass


async def test_a_crash_loop_slows_down(tmp_path: Path) -> None:
    async with pool(settings=replace(FAST, backoff=0.6)) as opened:
        for _ in range(3):
            os.kill(opened.pids()[0], signal.SIGKILL)
            await until(lambda: not opened.pids())
            began = time.monotonic()
            await until(opened.pids)
        assert time.monotonic() - began > 1.2  # 0, 0.6, 1.2
        await opened.infer(h.QUICK, "", deadline=5)
        os.kill(opened.pids()[0], signal.SIGKILL)
        await until(lambda: not opened.pids())
        began = time.monotonic()
        await until(opened.pids)
        assert time.monotonic() - began < 1.2  # one good answer and the pause is short again


def test_the_pause_doubles_up_to_its_cap() -> None:
    settings = PoolSettings(backoff=0.1, backoff_cap=30)
    assert [settings.pause(n) for n in (1, 2, 3, 4, 99)] == [0, 0.1, 0.2, 0.4, 30]
