"""What the soak counts, and how it judges."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from benchmarks.soak import all_ended, left_over, memory
from benchmarks.soak_census import Census, descriptors_of, look, memory_of, threads_of

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counted by /proc")
MB = 2**20


def census(at: float, *, front: float = 100, workers: float = 200, **counts: int) -> Census:
    return Census(at, counts, {"front": round(front * MB), "workers": round(workers * MB)})


def test_a_process_is_counted(tmp_path: Path) -> None:
    (tmp_path / "spool" / "one").mkdir(parents=True)
    before = look(os.getpid(), tmp_path, url="http://127.0.0.1:9", at=0.0)
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait)
    thread.start()
    held = bytearray(os.urandom(8 * MB))
    with socket.socket(), (tmp_path / "spool" / "one" / "audio.mka").open("wb"):
        after = look(os.getpid(), tmp_path, url="http://127.0.0.1:9", at=1.0)
    gate.set()
    thread.join()
    assert left_over(before, after) == {
        "front_threads": 1,
        "sockets": 1,
        "files": 1,
        "spool_files": 1,
    }
    assert after.memory["front"] > len(held)  # not "more than before": others' pages may go
    assert threads_of(0) == memory_of(0) == descriptors_of(0).total() == 0


def test_fewer_than_before_is_not_left_over() -> None:
    assert left_over(census(0, tasks=9, sockets=5), census(1, tasks=8, sockets=6)) == {"sockets": 1}


def test_memory_is_flat_within_a_twentieth_after_settling() -> None:
    looks = [census(at, front=50 + min(at, 100) / 2) for at in range(0, 600, 5)]
    found = memory(looks, 600)
    assert (found["from_s"], found["to_s"], found["window_s"]) == (120, 600, 60)
    assert found["front"] == {"early_mb": 100, "late_mb": 100, "change": 0}
    assert found["flat"]


@pytest.mark.parametrize("role", ["front", "workers"])
@pytest.mark.parametrize("growth", [-0.08, 0.08])
def test_memory_that_goes_on_changing_is_not(role: str, growth: float) -> None:
    looks = [census(at, **{role: 100 * (1 + growth * at / 480)}) for at in range(0, 600, 5)]
    assert not memory(looks, 600)["flat"]
    assert not memory(looks[:3], 600)["flat"], "nothing measured is nothing proved"


def test_a_session_that_is_not_closed_or_a_recording_left_open_counts() -> None:
    assert all_ended({"sessions": {"closed": 3}, "recordings": {"complete": 3, "empty": 1}})
    assert not all_ended({"sessions": {"closed": 3, "live": 1}, "recordings": {"complete": 4}})
    assert not all_ended({"sessions": {"closed": 3}, "recordings": {"complete": 2, "open": 1}})
