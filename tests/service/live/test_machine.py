"""What the kernel's files say, and that their absence says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.pool import PoolLoad, TaskLoad
from service.live.machine import Machine

IDLE = PoolLoad(workers=2, alive=2, queued=0, running=0, oldest_wait=0.0, restarts=0)
SNMP = """Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
Udp: 100 1 2 100 {drops} 0
UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors
UdpLite: 0 0 0 0 77 0
"""


def put(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="ascii")


def test_nothing_is_known_where_the_files_are_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    for _ in range(2):
        found = machine.measure(IDLE)
        assert (found.drops, found.memory, found.pool_wait, found.pool_queue) == (0, 0, 0, 0)


def test_drops_are_counted_since_the_last_time(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    got = []
    for four, six in ((900, 5), (900, 5), (907, 5), (907, 8), (3, 0)):
        put(tmp_path, "proc/net/snmp", SNMP.format(drops=four))
        put(tmp_path, "proc/net/snmp6", f"Ip6InReceives 9\nUdp6RcvbufErrors \t{six}\n")
        got.append(machine.measure(IDLE).drops)
    assert got == [0, 0, 7, 3, 0]


def test_memory_that_is_only_cached_is_free(tmp_path: Path) -> None:
    put(tmp_path, "proc/meminfo", "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 250 kB\n")
    assert Machine(tmp_path).measure(IDLE).memory == pytest.approx(0.75)


@pytest.mark.parametrize("holder", ["", "box/", "box/inner/"])
def test_the_nearest_limit_of_a_control_group_counts(tmp_path: Path, holder: str) -> None:
    put(tmp_path, "proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 900 kB\n")
    put(tmp_path, "proc/self/cgroup", "0::/box/inner\n")
    for folder in ("", "box/", "box/inner/"):
        top = f"sys/fs/cgroup/{folder}"
        put(tmp_path, top + "memory.max", "10000\n" if folder == holder else "max\n")
        put(tmp_path, top + "memory.current", "9000\n")
        put(tmp_path, top + "memory.stat", "anon 5000\ninactive_file 1000\n")
    assert Machine(tmp_path).measure(IDLE).memory == pytest.approx(0.8)


def test_the_older_control_groups_are_read_too(tmp_path: Path) -> None:
    put(tmp_path, "proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/job\n0::/\n")
    top = "sys/fs/cgroup/memory/job/memory."
    put(tmp_path, top + "limit_in_bytes", "2000\n")
    put(tmp_path, top + "usage_in_bytes", "1500\n")
    put(tmp_path, top + "stat", "cache 3\ntotal_inactive_file 500\n")
    assert Machine(tmp_path).measure(IDLE).memory == pytest.approx(0.5)
    put(tmp_path, top + "limit_in_bytes", str((1 << 63) - 4096))
    assert Machine(tmp_path).measure(IDLE).memory == 0


def test_the_queue_is_told_by_living_worker(tmp_path: Path) -> None:
    load = PoolLoad(workers=4, alive=2, queued=30, running=2, oldest_wait=1.5, restarts=0)
    found = Machine(tmp_path).measure(load)
    assert (found.pool_wait, found.pool_queue) == (1.5, 15)
    assert Machine(tmp_path).measure(PoolLoad(2, 0, 6, 0, 0.0, 0)).pool_queue == 6


def test_partials_and_faces_may_wait(tmp_path: Path) -> None:
    tasks = {
        "vad": TaskLoad(busy=0.125),
        "transcribe": TaskLoad(queued=1, oldest_wait=0.5, busy=0.5),
        "partial": TaskLoad(queued=4, oldest_wait=3.0, busy=0.25),
        "face": TaskLoad(queued=9, oldest_wait=9.0, busy=0.25),
    }
    load = PoolLoad(2, 2, queued=14, running=2, oldest_wait=9.0, restarts=0, tasks=tasks)
    found = Machine(tmp_path).measure(load)
    assert (found.pool_wait, found.pool_busy, found.pool_queue) == (0.5, 0.625, 0.5)


def test_what_fits_is_told_by_the_cost_of_speech(tmp_path: Path) -> None:
    machine = Machine(tmp_path)

    def load(cost: float) -> PoolLoad:
        return PoolLoad(3, 3, 0, 0, 0.0, 0, tasks={"transcribe": TaskLoad(cost=cost)}, talkers=2)

    assert machine.measure(IDLE).fits is None
    assert not machine.measure(IDLE).is_new  # a pool that tells nothing of its tasks
    new = machine.measure(load(0.0))
    assert (new.fits, new.is_new) == (None, True)
    assert [machine.measure(load(cost)).fits for cost in (0.05, 0.3, 9.0)] == [48, 8, 0]
    assert not machine.measure(load(0.05)).is_new


def test_cores_that_idle_or_give_way_are_free(tmp_path: Path) -> None:
    machine, got = Machine(tmp_path), []
    for user, free in ((100, 500), (110, 530), (150, 540), (150, 540), (150, 640)):
        put(tmp_path, "proc/stat", f"cpu  {user} {free - 9} 0 5 4 0 0 0 7 0\ncpu0 9 9 9 9\n")
        got.append(machine.measure(IDLE).cpu)
    assert got == pytest.approx([0, 0.25, 0.8, 0, 0])
