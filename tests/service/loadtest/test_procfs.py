"""CPU and memory of a process tree."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from service.loadtest.procfs import PROC, Meter, Process, busy, family, processes

BURN = """
import subprocess, sys, time
end = time.process_time() + 0.4
while time.process_time() < end: pass
if len(sys.argv) < 2: subprocess.run([sys.executable, __file__, "child"])
"""
needs_proc = pytest.mark.skipif(not (PROC / "stat").exists(), reason="no /proc here")


def test_a_family_is_a_process_and_all_below_it() -> None:
    everyone = {
        pid: Process(pid, parent, 0.0, 0)
        for pid, parent in ((1, 0), (5, 1), (6, 5), (7, 6), (8, 1))
    }
    assert [one.pid for one in family(5, everyone)] == [5, 6, 7]
    assert family(99, everyone) == []


@needs_proc
async def test_a_meter_tells_front_from_workers(tmp_path: Path) -> None:
    source = tmp_path / "burn.py"
    source.write_text(BURN, encoding="utf-8")
    before = busy()
    process = await asyncio.create_subprocess_exec(sys.executable, str(source))
    meter = Meter(process.pid)
    meter.start()
    while process.returncode is None:
        await asyncio.sleep(0.05)
        meter.look()
    assert meter.used["front"] == pytest.approx(0.4, abs=0.25)
    assert meter.used["workers"] == pytest.approx(0.4, abs=0.25)
    assert max(look.rss["front"] for look in meter.looks) > 1 << 20
    assert meter.machine > 0.5
    assert busy() - before > 0.5
    assert meter.elapsed > 0.5


@needs_proc
def test_this_process_is_there() -> None:
    own = processes()[os.getpid()]
    assert own.parent == os.getppid()
    assert own.cpu > 0
    assert own.rss > 1 << 20
