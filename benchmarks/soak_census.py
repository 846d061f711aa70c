"""What a server and its workers hold now: memory, threads, descriptors, files. Linux, by /proc."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from service.loadtest.procfs import family, processes

PROC = Path("/proc")
GAUGES = {
    "candor_sessions_live": "sessions",
    "candor_tasks": "tasks",
    "candor_threads": "python_threads",
    "candor_object_blocks": "object_blocks",
    "candor_pool_queued": "pool_queued",
    "candor_pool_restarts": "pool_restarts",
}
COUNTED = (
    *("sessions", "tasks", "python_threads", "front_threads", "worker_threads", "processes"),
    *("sockets", "pipes", "files", "other_descriptors", "worker_descriptors"),
    *("shared_memory", "spool_files", "temporary_files"),
)


@dataclass(slots=True)
class Census:
    """`counts` of things, and bytes of proportional memory (PSS) by role."""

    at: float
    counts: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    @property
    def counted(self) -> dict[str, int]:
        """What must come back to where it was."""
        return {name: self.counts.get(name, 0) for name in COUNTED}


def memory_of(pid: int) -> int:
    """Proportional memory in bytes: pages that several processes share count in part."""
    for line in _lines(pid, "smaps_rollup"):
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def threads_of(pid: int) -> int:
    """Threads that the kernel knows of."""
    for line in _lines(pid, "status"):
        if line.startswith("Threads:"):
            return int(line.split()[1])
    return 0


def descriptors_of(pid: int) -> Counter[str]:
    """Open descriptors by kind."""
    kinds: Counter[str] = Counter()
    for link in _descriptors(pid):
        head = link.partition(":")[0]
        kind = {"socket": "sockets", "pipe": "pipes", "anon_inode": "other_descriptors"}.get(head)
        kinds[kind or ("files" if link.startswith("/") else "other_descriptors")] += 1
    return kinds


def shared_memory_of(pid: int) -> set[str]:
    """Names of the shared memory that a process has mapped."""
    names = (line.rpartition(" ")[2] for line in _lines(pid, "maps") if "/dev/shm/" in line)  # noqa: S108
    return set(names)


def look(pid: int, folder: Path, *, url: str, at: float) -> Census:
    """Count everything. `folder` is the server's data. Blocks for a few milliseconds."""
    tree = family(pid, processes())
    workers = [one.pid for one in tree if one.pid != pid]
    mine = descriptors_of(pid)
    counts = {
        **_gauges(url),
        "processes": len(tree),
        "front_threads": threads_of(pid),
        "worker_threads": sum(map(threads_of, workers)),
        **{kind: mine[kind] for kind in ("sockets", "pipes", "files", "other_descriptors")},
        "worker_descriptors": sum(descriptors_of(one).total() for one in workers),
        "shared_memory": len(set[str]().union(*map(shared_memory_of, (pid, *workers)))),
        "spool_files": sum(1 for _ in (folder / "spool").rglob("*")),
        "temporary_files": sum(1 for _ in _temporary(folder)),
    }
    memory = {"front": memory_of(pid), "workers": sum(map(memory_of, workers))}
    return Census(at, counts, memory)


def _gauges(url: str) -> dict[str, int]:
    """From the server's own metrics; a server that is too busy to answer is counted without."""
    with suppress(httpx.HTTPError):
        text = httpx.get(f"{url}/metrics", timeout=10).text
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
        return {GAUGES[name]: int(float(value)) for name, value in pairs if name in GAUGES}
    return {}


def _temporary(folder: Path) -> Iterator[Path]:
    """Unfinished files among what is kept."""
    for path in folder.rglob("*"):
        if path.suffix in {".tmp", ".new", ".part"} or "#" in path.name:
            yield path


def _lines(pid: int, name: str) -> list[str]:
    with suppress(OSError):
        return (PROC / str(pid) / name).read_text(encoding="utf-8", errors="replace").splitlines()
    return []


def _descriptors(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for entry in (PROC / str(pid) / "fd").iterdir():
            with suppress(OSError):
                yield os.readlink(entry)
