"""CPU and memory of a process and all below it, from /proc (Linux; elsewhere nothing is seen)."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
# Fields of /proc/PID/stat after the name in brackets: state, parent, ...
_PARENT, _USER, _SYSTEM, _RESIDENT = 1, 11, 12, 21


@dataclass(frozen=True, slots=True)
class Process:
    """One process now: CPU seconds of its life, bytes in memory."""

    pid: int
    parent: int
    cpu: float
    rss: int


def processes() -> dict[int, Process]:
    """All processes of this machine."""
    found: dict[int, Process] = {}
    for folder in PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            rest = (folder / "stat").read_text(encoding="ascii", errors="replace")
            fields = rest[rest.rindex(")") + 2 :].split()
            pid, parent = int(folder.name), int(fields[_PARENT])
            cpu = (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS
            found[pid] = Process(pid, parent, cpu, int(fields[_RESIDENT]) * _PAGE)
    return found


def family(root: int, everyone: dict[int, Process]) -> list[Process]:
    """A process and all below it, the root first."""
    if root not in everyone:
        return []
    members = [everyone[root]]
    for one in members:  # grows while it is walked
        members += [other for other in everyone.values() if other.parent == one.pid]
    return members


def busy() -> float:
    """CPU seconds that this machine has spent on anything at all; 0 where that is not told.

    Time that a hypervisor took away (steal) counts: it too was not to be had.
    """
    with suppress(OSError, ValueError):
        line = (PROC / "stat").read_text(encoding="ascii").partition("\n")[0]
        user, nice, system, _, _, *rest = (int(field) for field in line.split()[1:9])
        return (user + nice + system + sum(rest)) / _TICKS
    return 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the server. CPU in cores since the look before, memory in bytes, by role."""

    at: float
    cpu: dict[str, float]
    rss: dict[str, int]


@dataclass
class Meter:
    """Looks at a process tree now and then.

    `workers` are the processes at its ends, `front` those above them: what holds the media, and
    what stands before it where there are several.
    """

    pid: int
    looks: list[Look] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=lambda: {"front": 0.0, "workers": 0.0})
    machine: float = 0.0  # CPU seconds of everything that ran here meanwhile
    _busy: float = 0.0
    _began: float = field(default_factory=time.monotonic)
    _seen: dict[int, float] = field(default_factory=dict)
    _last: float = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds from the start to the last look."""
        return self._last - self._began

    def start(self) -> None:
        """What was spent until now does not count."""
        self._seen = {one.pid: one.cpu for one in family(self.pid, processes())}
        self._began = self._last = time.monotonic()
        self._busy = busy()

    def look(self) -> None:
        """Add what was spent since the last look."""
        now = time.monotonic()
        spent = {"front": 0.0, "workers": 0.0}
        held = {"front": 0, "workers": 0}
        everyone = family(self.pid, processes())
        above = {self.pid, *(one.parent for one in everyone)}
        for one in everyone:
            role = "front" if one.pid in above else "workers"
            spent[role] += max(0.0, one.cpu - self._seen.get(one.pid, 0.0))
            held[role] += one.rss
            self._seen[one.pid] = one.cpu
        for role, seconds in spent.items():
            self.used[role] += seconds
        self.machine = busy() - self._busy
        gone = max(now - self._last, 1e-3)
        cores = {role: seconds / gone for role, seconds in spent.items()}
        self.looks.append(Look(now - self._began, cores, held))
        self._last = now
