"""Where a process spends its time, as text: Linux `perf`, where it is installed."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

RATE = 499  # samples a second; not a divisor of anything that ticks
SYMBOLS = 40
_SHARE = re.compile(r"^\s*(\d+\.\d+)%\s+(\S+)")


def is_there() -> bool:
    """Whether this machine has perf."""
    return shutil.which("perf") is not None


@asynccontextmanager
async def recording(pid: int, data: Path) -> AsyncIterator[None]:
    """Sample `pid`, all threads, while the block runs. Does nothing without perf."""
    if not is_there():
        yield
        return
    command = ["perf", "record", "-q", "-F", str(RATE), "-p", str(pid), "-o", str(data)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.send_signal(2)
        await process.wait()


def by_library(data: Path) -> dict[str, float]:
    """Share (0..1) of the samples by library or kernel; empty where nothing was sampled."""
    shares: dict[str, float] = {}
    for line in _report(data, "dso").splitlines():
        found = _SHARE.match(line)
        if found:
            shares[found[2]] = shares.get(found[2], 0.0) + float(found[1]) / 100
    return dict(sorted(shares.items(), key=lambda each: -each[1]))


def by_symbol(data: Path) -> str:
    """The busiest functions, one a line."""
    lines = [line.rstrip() for line in _report(data, "dso,symbol").splitlines()]
    kept = [re.sub(r"(\s*-)+$", "", line)[:120].rstrip() for line in lines if _SHARE.match(line)]
    return "\n".join(kept[:SYMBOLS])


def _report(data: Path, by: str) -> str:
    if not data.is_file():
        return ""
    command = ["perf", "report", "-i", str(data), "--stdio", "--no-children", "--sort", by]
    done = subprocess.run([*command, "-g", "none"], capture_output=True, text=True, check=False)
    return done.stdout
