"""Worker processes are started, watched, started again, and ended in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from service.front import workers
from service.front.process import Work
from service.front.workers import Workers
from service.settings import Settings
from tests.fakes.front_work import (
    end_at_once,
    leave,
    stay,
    stay_against_orders,
    take_and_not_answer,
)
from tests.fakes.peers import until

pytestmark = pytest.mark.slow


def two(tmp_path: Path, work: Work, give_up: Callable[[], None] = lambda: None) -> Workers:
    settings = Settings(_env_file=None, data_dir=tmp_path, media_workers=2)
    return Workers(settings, work, give_up=give_up)


def log(tmp_path: Path) -> list[tuple[str, int, int]]:
    with suppress(FileNotFoundError):
        rows = (line.split() for line in (tmp_path / "workers.log").read_text().splitlines())
        return [(event, int(index), int(pid)) for event, index, pid in rows]
    return []


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_worker_that_dies_is_replaced_and_the_other_left_alone(tmp_path: Path) -> None:
    async with two(tmp_path, stay) as both:
        await until(lambda: len(both.up()) == 2, within=30)
        first, second = (pid for _, _, pid in sorted(log(tmp_path), key=lambda row: row[1]))
        os.kill(first, signal.SIGKILL)
        await until(lambda: both.up() == [both.all[1]])
        assert all(both.round() == [both.all[1]] for _ in range(4))
        await until(lambda: len(both.up()) == 2, within=30)
        assert [index for _, index, _ in log(tmp_path)] == [0, 1, 0]
        folder = both.all[0].path.parent
        assert folder.stat().st_mode & 0o077 == 0  # nobody else may speak to the workers
        turns = [both.round()[0] for _ in range(4)]
        assert turns in ([*both.all, *both.all], [*both.all[::-1], *both.all[::-1]])
    assert not any(lives(pid) for _, _, pid in log(tmp_path))
    assert first != second
    assert not folder.exists()


async def test_nothing_is_left_of_a_worker_that_will_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "STOP_WITHIN", 0.5)
    async with two(tmp_path, stay_against_orders) as both:
        await until(lambda: len(both.up()) == 2, within=30)
    assert len(log(tmp_path)) == 2
    assert not any(lives(pid) for _, _, pid in log(tmp_path))


async def test_a_worker_that_ends_by_itself_ends_in_order(tmp_path: Path) -> None:
    """Not by an abort, while it still listens for the end of its front."""
    with capture_logs() as told:
        async with two(tmp_path, leave):
            await until(lambda: [one for one in told if "ended" in one], within=30)
    assert {one["ended"] for one in told if "ended" in one} == {3}


async def test_a_process_that_cannot_be_had_now_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    gave_up = asyncio.Event()
    async with two(tmp_path, stay, gave_up.set) as both:
        both.all[0].has_served.set()  # it has, before
        await asyncio.sleep(0.3)
        monkeypatch.undo()
        await until(lambda: len(both.up()) == 2, within=30)
    assert not gave_up.is_set()


async def test_a_worker_that_hangs_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "BEAT", 0.05)
    monkeypatch.setattr(workers, "BEAT_LIMIT", 0.1)
    async with two(tmp_path, take_and_not_answer):
        await until(lambda: len(log(tmp_path)) == 3, within=30)


async def test_a_worker_ends_with_its_front(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.front_alone", str(tmp_path)),
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    await until(lambda: len(log(tmp_path)) == 2, within=30)
    process.kill()
    await process.wait()
    await until(lambda: not any(lives(pid) for _, _, pid in log(tmp_path)))
    assert not [name for name in os.listdir(tmp_path) if name.startswith("candor-")]


async def test_a_first_worker_that_never_serves_is_not_tried_for_ever(tmp_path: Path) -> None:
    gone = asyncio.Event()
    async with two(tmp_path, end_at_once, gone.set) as both:
        await asyncio.wait_for(gone.wait(), 30)
        assert not both.up()
    assert [index for _, index, _ in log(tmp_path)] == [0]
