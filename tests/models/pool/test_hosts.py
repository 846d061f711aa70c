"""The pool under other hosts: one that dies, one with uvloop, one without a main module."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.dispatch import PoolSettings
from models.local_pool import LocalPool
from tests.models.pool.handlers import BUILD, PLAN, QUICK, SLEEP

ROOT = Path(__file__).parents[3]
FAST = PoolSettings(build=BUILD, close_limit=1)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_workers_vanish_with_their_parent_idle_or_busy() -> None:
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.models.pool.host"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with host:
        assert host.stdout
        pids = [int(each) for each in host.stdout.readline().split()]
        assert len(pids) == 3
        assert all(is_running(pid) for pid in pids)
        host.send_signal(signal.SIGKILL)
        host.wait(5)
    limit = time.monotonic() + 2
    while any(is_running(pid) for pid in pids) and time.monotonic() < limit:
        time.sleep(0.01)
    assert [pid for pid in pids if is_running(pid)] == []


async def use_a_pool() -> tuple[str, bool]:
    async with LocalPool(PLAN, workers=1, settings=FAST) as pool:
        first = await pool.infer(SLEEP, 0.0, deadline=5)
        os.kill(first, signal.SIGKILL)
        return await pool.infer(QUICK, "hello", deadline=5), first not in pool.pids()


def test_it_runs_on_uvloop() -> None:
    uvloop = pytest.importorskip("uvloop")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(use_a_pool()) == ("hello", True)


def test_it_runs_in_a_host_without_a_main_module_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()  # a folder of the same name must not be taken for ours
    (tmp_path / "models" / "__init__.py").write_text("raise RuntimeError('not this one')")
    script = (
        f"import sys; sys.path[:] = [{str(ROOT)!r}, *sys.path[1:]]; import asyncio;"
        "from tests.models.pool.test_hosts import use_a_pool;"
        "print(asyncio.run(use_a_pool()))"
    )
    done = subprocess.run(
        [sys.executable, "-"],
        input=script,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stdout.strip() == "('hello', True)"
    assert "Traceback" not in done.stderr
    assert "resource_tracker" not in done.stderr
