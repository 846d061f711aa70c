"""What this machine says about itself: packets the kernel dropped, cores and memory in use.

Read from /proc and the control group's files; where they are missing, there is nothing to report.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from models.pool import PoolLoad
from models.types import HEAR, TRANSCRIBE, VAD
from service import telemetry
from service.live.admission import Measures

_MUST = (VAD.name, TRANSCRIBE.name, HEAR.name)
_SPEECH = 2 / 3  # of an interview
_FULL = 0.8  # of a worker's time: beyond it waiting times grow fast


@dataclass(slots=True)
class Machine:
    """`measure()` about once a second. `root` is where /proc and /sys are found."""

    root: Path = Path("/")
    _drops: int | None = None
    _ticks: tuple[int, int] = (0, 0)

    def measure(self, load: PoolLoad) -> Measures:
        """The machine now; drops are counted since the last call."""
        total = self._total_drops()
        before, self._drops = self._drops, total
        return Measures(
            loop_lag=telemetry.loop_lag(),
            cpu=self._cpu(),
            pool_wait=_wait(load),
            pool_busy=sum(load.of(name).busy for name in _MUST),
            pool_queue=_queue(load) / max(load.alive, 1),
            drops=max(total - before, 0) if before is not None else 0,
            fits=_fits(load),
            is_new=bool(load.tasks) and not _cost(load),
            memory=max(self._machine_memory(), *self._group_memory()),
        )

    def _cpu(self) -> float:
        """Share of all cores' time since the last call that could not be had (0 at the first)."""
        rows = (line.split()[1:9] for line in self._lines("proc/stat") if line.startswith("cpu "))
        ticks = [int(one) for one in next(rows, ()) if one.isdigit()]
        before, total = self._ticks, sum(ticks)
        # Free: idle, idle while a disk is waited for, and what gives way (nice).
        self._ticks = (total, sum(ticks[3:5]) + sum(ticks[1:2]))
        spent = total - before[0]
        return 1 - (self._ticks[1] - before[1]) / spent if before[0] and spent > 0 else 0.0

    def _total_drops(self) -> int:
        """Datagrams thrown away for want of buffer since the start, in this network namespace."""
        rows = [line.split() for line in self._lines("proc/net/snmp") if line.startswith("Udp:")]
        four = dict(zip(*rows[:2], strict=False)) if len(rows) >= 2 else {}
        six = dict(line.split()[:2] for line in self._lines("proc/net/snmp6") if " " in line)
        return _number(four, "RcvbufErrors") + _number(six, "Udp6RcvbufErrors")

    def _machine_memory(self) -> float:
        """Share in use of the machine's memory; what is only cached does not count."""
        rows = (line.replace(":", " ").split() for line in self._lines("proc/meminfo"))
        found = {row[0]: row[1] for row in rows if len(row) > 1}
        total = _number(found, "MemTotal")
        return 1 - _number(found, "MemAvailable") / total if total else 0.0

    def _group_memory(self) -> list[float]:
        """Share in use of each limit set on our control group, or on those around it."""
        found = [0.0]
        for line in self._lines("proc/self/cgroup"):
            _, controllers, path = line.split(":", 2)
            if not controllers:
                top, limit, used, cached = "sys/fs/cgroup", "max", "current", "inactive_file"
            elif "memory" in controllers.split(","):
                top, cached = "sys/fs/cgroup/memory", "total_inactive_file"
                limit, used = "limit_in_bytes", "usage_in_bytes"
            else:
                continue
            group = Path(top) / path.lstrip("/")
            for folder in (group, *group.parents):
                if not folder.is_relative_to(top):
                    break
                most = self._value(folder / f"memory.{limit}")
                if 0 < most < 1 << 60:
                    stat = dict(line.split()[:2] for line in self._lines(folder / "memory.stat"))
                    busy = self._value(folder / f"memory.{used}") - _number(stat, cached)
                    found.append(max(busy, 0) / most)
        return found

    def _value(self, path: Path) -> int:
        lines = self._lines(path)
        return int(lines[0]) if lines and lines[0].isdigit() else 0

    def _lines(self, path: str | Path) -> list[str]:
        with suppress(OSError):
            return (self.root / path).read_text(encoding="ascii", errors="replace").splitlines()
        return []


def _wait(load: PoolLoad) -> float:
    """How long the oldest job waits that may not be left out, as partials and faces may."""
    if not load.tasks:
        return load.oldest_wait  # a pool that does not tell them apart
    return max(load.of(name).oldest_wait for name in _MUST)


def _fits(load: PoolLoad) -> int | None:
    """Told by what a second of sound cost of late: load itself shows only a minute later."""
    cost = _cost(load)
    return int(_FULL * load.talkers / (_SPEECH * cost)) if cost > 0 else None


def _cost(load: PoolLoad) -> float:
    """Worker seconds per second of sound; 0 where nothing was heard yet."""
    return load.of(HEAR.name).cost or load.of(TRANSCRIBE.name).cost


def _queue(load: PoolLoad) -> int:
    return sum(load.of(name).queued for name in _MUST) if load.tasks else load.queued


def _number(found: dict[str, str], name: str) -> int:
    text = found.get(name, "")
    return int(text) if text.isdigit() else 0
