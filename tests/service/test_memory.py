"""Arenas are bounded, what is loaded is left alone, and one sweep follows many ends."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref

import pytest

from service import memory
from service.memory import Sweeper

# Threads that all hold some memory at once: without a bound glibc maps 64 MB of room for each.
HOLD = """
import ctypes, sys, threading
from service import memory
if sys.argv[1] == "bound":
    assert memory.bound_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
gate = threading.Barrier(17)
def hold():
    libc.malloc(1000)
    gate.wait()
    gate.wait()
threads = [threading.Thread(target=hold) for _ in range(16)]
for one in threads: one.start()
gate.wait()
rooms = [line for line in open("/proc/self/smaps") if line.startswith("Size:")]
print(sum(60_000 < int(line.split()[1]) < 66_000 for line in rooms))
gate.wait()
"""


# Every eighth block stays, so that the rest is free and yet no heap ends with it.
TRIM = """
from pathlib import Path
from models import worker
from service import memory
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
for trim in (memory.trim, worker.trim):
    blocks = [bytearray(50_000) for _ in range(1600)]
    kept = blocks[::8]
    del blocks
    before = resident()
    trim()
    print(before - resident())
    del kept
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_what_is_free_in_pieces_goes_back_to_the_system() -> None:
    if not memory.bound_arenas():
        pytest.skip("another allocator")
    command = [sys.executable, "-c", TRIM]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert all(int(line) > 40_000_000 for line in done.stdout.split())


def arenas(how: str) -> int:
    command = [sys.executable, "-c", HOLD, how]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_threads_share_two_arenas() -> None:
    if not memory.bound_arenas():
        pytest.skip("another allocator")
    assert arenas("bound") < memory.MOST_ARENAS < arenas("free")


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.me = self


async def test_what_has_ended_is_swept_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SWEEP_AFTER", 0.01)
    gc.collect()
    gc.disable()
    try:
        knot = weakref.ref(Knot())
        assert knot() is not None
        sweeper = Sweeper()
        sweeper.soon()
        sweeper.soon()
        await asyncio.sleep(0.1)
        assert knot() is None
        again = weakref.ref(Knot())
        sweeper.soon()
        await asyncio.sleep(0.1)
        assert again() is None
    finally:
        gc.enable()
