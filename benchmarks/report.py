"""What every result file says beside its numbers: commit, machine, versions, date, settings."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def progress(line: str) -> None:
    """One line for the person who waits; stdout stays for the result."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def cpu_seconds() -> float:
    """CPU seconds of this process so far, user and system, native threads included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_bytes() -> int:
    """Memory of this process that is in use now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def circumstances(packages: Sequence[str], settings: Mapping[str, object]) -> dict[str, object]:
    """Commit, machine, versions, date and settings, for the head of a result file."""
    return {
        "commit": commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in packages},
        "settings": dict(settings),
    }


def commit() -> str:
    """The git commit measured, "+changes" when tracked files differ from it; "" outside git."""
    try:
        head = _git("rev-parse", "HEAD")
        dirty = _git("status", "--porcelain", "--untracked-files=no", "--", "models", "benchmarks")
    except (OSError, subprocess.CalledProcessError):
        return ""
    changed = [line for line in dirty.splitlines() if "benchmarks/results/" not in line]
    return head + ("+changes" if changed else "")


def machine() -> dict[str, object]:
    """CPU model, cores this process may use, memory in GiB, system."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
    }


def write(name: str, result: Mapping[str, object], *, folder: Path = RESULTS) -> Path:
    """Keep `result` as `<folder>/<name>.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def last_line(result: Mapping[str, object]) -> None:
    """The result as one JSON line on stdout, for machines."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=Path(__file__).parent.parent, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
