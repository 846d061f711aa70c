"""Hours of interviews in ten minutes: 200 candidates come and go at random, nothing stays behind.

A real `candor serve` with real inference workers. So many chairs are filled again and again, each
sitting of a random length. Most finish; some close the page, some only the connection, some leave
and come back, and some vanish: their process is killed. HR watches every fifth.

Before (after a first wave that fills every pool) and after (when the last has left and the server
has had time to give up those who vanished) everything is counted: tasks, threads, sockets, other
descriptors, processes, shared memory, files of the spool. Memory is proportional (PSS), of the
server and of its workers; the minute that begins after two is compared with the last full one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import func, select

from benchmarks import report
from benchmarks.soak_census import Census, look
from benchmarks.soak_crowd import Job
from service.db import Database
from service.demo.stages import DemoError
from service.loadtest.material import Played, prepare
from service.loadtest.procfs import family, processes
from service.loadtest.target import Target, own
from service.settings import Settings as ServiceSettings
from service.tables import Recording, RecordingState, Session, SessionState

MANNERS = {"finish": 0.6, "leave": 0.1, "hang_up": 0.1, "return": 0.05, "vanish": 0.15}
RECONNECT = 10.0  # seconds that the server waits for one who has left
LOOK_EVERY = 5.0
PAUSE = 2.0  # seconds at most that a chair stays empty
SITTING_EXTRA = 4.0  # seconds of a sitting beyond its length: joining, the pause, the end
WATCHED = 5  # every fifth sitting is watched by HR
WATCH_SECONDS = 8.0
FLAT = 0.05
AFTER_LAST = 120.0  # seconds in which everything must have come back
SETTLED = 120.0  # seconds after which memory must stay as it is
WINDOW = 60.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """`chairs` candidates at a time, `sittings` in all, in about `seconds`."""

    sittings: int = 200
    chairs: int = 13
    seconds: float = 600.0
    seed: int = 1

    @property
    def length(self) -> float:
        """Mean seconds of one sitting."""
        return max(4.0, self.chairs * self.seconds / self.sittings - SITTING_EXTRA)


@dataclass(slots=True)
class Crowd:
    """Processes that play candidates, and what became of those."""

    outcomes: dict[int, str] = field(default_factory=dict)
    ups: set[int] = field(default_factory=set)
    _left: dict[int, asyncio.Event] = field(default_factory=dict)
    _up: dict[int, asyncio.Event] = field(default_factory=dict)
    _common: asyncio.subprocess.Process | None = None
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _readers: list[asyncio.Task[None]] = field(default_factory=list)

    async def sit(self, job: Job) -> str:
        """One sitting; its error, "" when all went as planned."""
        left = self._left[job.number] = asyncio.Event()
        self._up[job.number] = asyncio.Event()
        if job.manner == "vanish":
            return await self._vanish(job)
        async with self._starting:
            if self._common is None:
                self._common = await self._start()
        self._send(self._common, job)
        await left.wait()
        return self.outcomes[job.number]

    async def _vanish(self, job: Job) -> str:
        process = await self._start()
        self._send(process, job)
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                await self._up[job.number].wait()
        await asyncio.sleep(job.seconds)
        process.kill()
        await process.wait()
        self.outcomes.setdefault(job.number, "" if job.number in self.ups else "never_up")
        return self.outcomes[job.number]

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.soak_crowd"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._readers.append(asyncio.create_task(self._read(process)))
        return process

    def _send(self, process: asyncio.subprocess.Process, job: Job) -> None:
        if process.stdin is not None:
            process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        while process.stdout is not None and (line := await process.stdout.readline()):
            word: Json = json.loads(line)
            number = word["number"]
            if "up" in word:
                self.ups.add(number)
                self._up[number].set()
            else:
                self.outcomes[number] = word["error"]
                self._left[number].set()

    async def close(self) -> None:
        """Let the processes end."""
        if self._common is not None and self._common.stdin is not None:
            self._common.stdin.close()
            await self._common.wait()
        await asyncio.gather(*self._readers)


@dataclass(slots=True)
class Soak:
    """One run against one server."""

    settings: Settings
    target: Target
    clip: Played
    folder: Path
    crowd: Crowd = field(default_factory=Crowd)
    looks: list[Census] = field(default_factory=list)
    manners: Counter[str] = field(default_factory=Counter)
    seated: int = 0
    watched: int = 0
    full_until: float = float("inf")  # when the first chair stayed empty
    _began: float = 0.0
    _dice: random.Random = field(init=False)
    _watchers: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.settings.seed)

    async def run(self) -> tuple[Census, Census]:
        """Everything counted before, and after."""
        await self._wave()
        before = await self._quiet(None)
        report.progress(f"before: {before.counted}")
        self._began = asyncio.get_running_loop().time()
        looking = asyncio.create_task(self._look())
        coming = iter(range(self.settings.sittings))
        chairs = [self._chair(coming, number) for number in range(self.settings.chairs)]
        await asyncio.gather(*chairs)
        lasted = self._now
        looking.cancel()
        await asyncio.gather(*self._watchers)
        await self.crowd.close()
        report.progress(f"all have left after {lasted:.0f} s")
        after = await self._quiet(before)
        report.progress(f"left over: {left_over(before, after) or 'nothing'}")
        return before, after

    @property
    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    async def census(self) -> Census:
        """Count now."""
        pid = self.target.pid or 0
        at = round(self._now, 1)
        return await asyncio.to_thread(look, pid, self.folder, url=self.target.url, at=at)

    async def _wave(self) -> None:
        """All chairs at once, briefly: connection pools and threads are at their largest then."""
        numbers = range(-self.settings.chairs, 0)
        await asyncio.gather(*(self._sit(number, "finish", 6.0) for number in numbers))

    async def _quiet(self, like: Census | None) -> Census:
        """A census when all sessions have left; `like` another one, if that can be had in time."""
        deadline = asyncio.get_running_loop().time() + AFTER_LAST
        while True:
            await asyncio.sleep(LOOK_EVERY)
            found = await self.census()
            late = asyncio.get_running_loop().time() > deadline
            empty = found.counts.get("sessions") == 0 and not found.counts["spool_files"]
            if late or (empty and (like is None or not left_over(like, found))):
                return await self._settled() if like is None and empty else found

    async def _settled(self) -> Census:
        await asyncio.sleep(2 * LOOK_EVERY)  # connections of HTTP clients that have gone time out
        return await self.census()

    async def _chair(self, coming: Iterator[int], chair: int) -> None:
        await asyncio.sleep(chair * self.settings.length / self.settings.chairs)
        for number in coming:
            manner = self._dice.choices(list(MANNERS), list(MANNERS.values()))[0]
            length = self.settings.length * self._dice.uniform(0.3, 1.7)
            self.manners[manner] += 1
            await self._sit(number, manner, length)
            await asyncio.sleep(self._dice.uniform(0, PAUSE))
        self.full_until = min(self.full_until, self._now)

    async def _sit(self, number: int, manner: str, seconds: float) -> None:
        invitation = await self.target.invite(number)
        part = self.clip.spoken.part(self._dice.choice(self.clip.spoken.starts), seconds)
        if number >= 0 and number % WATCHED == 0:
            task = asyncio.create_task(self._watch(invitation["session_id"]))
            self._watchers.add(task)
        job = Job(
            number,
            base_url=self.target.url,
            token=invitation["token"],
            clip=str(self.clip.path),
            start=part.start,
            speech=part.speech,
            seconds=seconds,
            manner=manner,
        )
        self.seated += number >= 0
        await self.crowd.sit(job)

    async def _watch(self, session_id: str) -> None:
        """HR looks on for a while, and closes the page."""
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(WATCH_SECONDS):
                path = f"/api/live/{session_id}/events"
                async with self.target.hr.stream(path) as answer:
                    self.watched += answer.is_success
                    async for _ in answer.aiter_lines():
                        pass

    async def _look(self) -> None:
        while True:
            self.looks.append(await self.census())
            await asyncio.sleep(LOOK_EVERY)


def left_over(before: Census, after: Census) -> dict[str, int]:
    """What there is more of than before. Pools of threads and connections may have become fewer."""
    pairs = ((name, count - before.counted[name]) for name, count in after.counted.items())
    return {name: more for name, more in pairs if more > 0}


def memory(looks: Sequence[Census], full_until: float) -> Json:
    """Megabytes of both roles in the minute after settling and in the last one, and their ratio."""
    settled, window = min(SETTLED, full_until / 5), min(WINDOW, full_until / 5)
    early = [one for one in looks if settled <= one.at < settled + window]
    late = [one for one in looks if full_until - window <= one.at <= full_until]
    found: Json = {"from_s": round(settled), "to_s": round(full_until), "window_s": round(window)}
    if not early or not late:
        return {**found, "flat": False}
    shares = []
    for role in ("front", "workers"):
        first, last = (
            statistics.mean(one.memory[role] for one in part) / 2**20 for part in (early, late)
        )
        shares.append(last / first - 1)
        found[role] = {
            "early_mb": round(first, 1),
            "late_mb": round(last, 1),
            "change": round(shares[-1], 4),
        }
    for name in ("sessions", "object_blocks"):
        values = [[one.counts.get(name, 0) for one in part] for part in (early, late)]
        found[name] = [round(statistics.mean(part), 1) for part in values]
    return {**found, "flat": max(map(abs, shares)) <= FLAT}


async def kept(url: str) -> Json:
    """Sessions and recordings by state, from the database of the server that has stopped."""
    async with Database(url) as database, database.reading() as db:
        found: Json = {}
        for name, column in (("sessions", Session.state), ("recordings", Recording.state)):
            rows = await db.exec(select(column, func.count()).group_by(column))
            found[name] = {str(state): count for state, count in rows.all()}
        return found


def all_ended(states: Json) -> bool:
    """Whether every session is closed, and no recording open."""
    over = {str(SessionState.CLOSED.value)}
    return (
        set(states["sessions"]) <= over
        and str(RecordingState.OPEN.value) not in states["recordings"]
    )


async def measure(settings: Settings) -> Json:
    """The whole run; `passed` when nothing was left over, memory stayed and nobody failed."""
    os.environ.setdefault("CANDOR_RECONNECT_SECONDS", str(RECONNECT))
    service = ServiceSettings()
    with tempfile.TemporaryDirectory(prefix="candor-soak-") as name:
        folder = Path(name)
        (clip,) = await asyncio.to_thread(prepare, (), service.model_cache.parent / "clips")
        places = settings.chairs * 3  # those who vanished keep theirs for a while
        async with own(service, folder, language="en", session_limit=places) as target:
            tree = family(target.pid or 0, processes())
            soak = Soak(settings, target, clip, folder)
            before, after = await soak.run()
            engine = target.engine
        alive = processes().keys() & {one.pid for one in tree}
        states = await kept(f"sqlite+aiosqlite:///{folder / 'candor.db'}")
        complaints = _complaints(folder / "server.log")
    errors = Counter(error for error in soak.crowd.outcomes.values() if error)
    held = memory(soak.looks, soak.full_until)
    left = left_over(before, after)
    return {
        "passed": not (left or errors or alive) and held["flat"] and all_ended(states),
        "sittings": soak.seated,
        "seconds": round(soak.full_until, 1),
        "at_a_time": held.get("sessions"),
        "manners": dict(soak.manners),
        "watched": soak.watched,
        "errors": dict(errors),
        "left_over": left,
        "alive_after_stop": len(alive),
        "memory": held,
        "before": before.counted,
        "after": after.counted,
        "idle_memory_mb": {
            when: {role: round(held / 2**20, 1) for role, held in census.memory.items()}
            for when, census in (("before", before), ("after", after))
        },
        "states": states,
        "server_log": complaints,
        "engine": engine,
        "looks": [
            [
                one.at,
                one.counts.get("sessions", 0),
                *(round(one.memory[role] / 2**20, 1) for role in ("front", "workers")),
            ]
            for one in soak.looks
        ],
    }


def _complaints(log: Path) -> dict[str, int]:
    """Warnings and errors in the server's log, by their first words."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = Counter(
        line[line.find("[") :][:60] for line in lines if "warning" in line or "error" in line
    )
    return dict(found.most_common(12))


def main(argv: list[str]) -> int:
    """Run it, keep the result, end in one JSON line; 1 when something was left or grew."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks soak", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line")
    parser.add_argument("--sittings", type=int, default=Settings().sittings)
    parser.add_argument("--chairs", type=int, default=Settings().chairs, help="at a time")
    parser.add_argument("--seconds", type=float, default=Settings().seconds)
    parser.add_argument("--keep", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args(argv)
    settings = Settings(options.sittings, options.chairs, options.seconds)
    try:
        found = asyncio.run(measure(settings))
    except DemoError as error:
        raise SystemExit(str(error)) from error
    result = {
        "benchmark": "soak",
        **found,
        **report.circumstances(["aiortc", "av", "faster-whisper", "uvloop"], asdict(settings)),
    }
    if options.keep:
        report.write("soak", result)
    if options.json:
        report.last_line({key: value for key, value in result.items() if key != "looks"})
    return 0 if found["passed"] else 1
