"""The media workers: each a process that is started, watched, and started again when it ends."""

from __future__ import annotations

import asyncio
import itertools
import os
import pickle
import shutil
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import httpcore

from service import telemetry
from service.front.process import Post, Work
from service.settings import Settings
from service.shares import Share, owner

KEEP_ALIVE = 60  # seconds that a worker keeps a connection without a request
_IDLE = 5.0  # after so many we close it: never the worker, in the moment of a new request
BEAT, BEAT_LIMIT, MISSED = 5.0, 10.0, 3  # asked so often, for so long; silent as often: it hangs
STOP_WITHIN = 35.0  # a worker may need 3 s for requests, 20 s for recordings, and some to close
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0  # before a worker is started again


@dataclass(eq=False)
class Worker:
    """One place, and who sits there now."""

    share: Share
    path: Path
    process: Process | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    has_served: asyncio.Event = field(default_factory=asyncio.Event)
    pool: httpcore.AsyncConnectionPool = field(init=False)

    def __post_init__(self) -> None:
        self.pool = httpcore.AsyncConnectionPool(
            max_connections=None, keepalive_expiry=_IDLE, uds=str(self.path)
        )


class Workers:
    """`async with Workers(...)`: starts them in the background; at the end they are stopped.

    The first one alone at first, so that what is made once (a download, a secret) is made once.
    `give_up` is called when that one ends before it ever served.
    """

    def __init__(self, settings: Settings, work: Work, *, give_up: Callable[[], None]) -> None:
        self._settings, self._work, self._give_up = settings, work, give_up
        self.all: list[Worker] = []
        self._turn = itertools.cycle(range(settings.media_workers))
        self._folder = Path()
        self._keepers: list[asyncio.Task[None]] = []
        self._stopping = False

    def of(self, session_id: UUID) -> Worker:
        """The one that has the session."""
        return self.all[owner(session_id, len(self.all))]

    def up(self) -> Sequence[Worker]:
        """Those that serve."""
        return [worker for worker in self.all if worker.up.is_set()]

    def round(self) -> Sequence[Worker]:
        """Those that serve, another one first each time."""
        start = next(self._turn)
        return [one for one in self.all[start:] + self.all[:start] if one.up.is_set()]

    async def __aenter__(self) -> Self:
        # Nobody else's to enter (0700); short, as the paths of sockets must be.
        self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="candor-"))
        of = self._settings.media_workers
        places = [(Share(index, of), self._folder / f"{index}.sock") for index in range(of)]
        self.all = [Worker(share, path) for share, path in places]
        self._keepers = [
            asyncio.create_task(self._keep(worker), name=f"worker-{worker.share.index}")
            for worker in self.all
        ]
        return self

    def stop(self) -> None:
        """Ask all to end; they do it in their own order."""
        self._stopping = True
        for worker in self.all:
            if worker.process is not None:
                with suppress(ProcessLookupError):
                    worker.process.terminate()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        busy = [
            task for worker, task in zip(self.all, self._keepers, strict=True) if worker.process
        ]
        if busy:
            await asyncio.wait(busy, timeout=STOP_WITHIN)
        for task in self._keepers:
            task.cancel()  # kills a process that is still there
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for worker in self.all:
            await worker.pool.aclose()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def _keep(self, worker: Worker) -> None:
        index, pause = worker.share.index, FIRST_PAUSE
        if index:
            await self.all[0].has_served.wait()
        clock = asyncio.get_running_loop().time
        while not self._stopping:
            born = clock()
            code: int | str
            try:
                code = await self._life(worker)
            except OSError as error:  # no memory or no process to be had now
                code = type(error).__name__
            if self._stopping:
                return
            telemetry.log().error("media_worker_lost", index=index, ended=code)
            telemetry.MEDIA_WORKER_RESTARTS.labels(index).inc()
            if not index and not worker.has_served.is_set():
                self._give_up()
                return
            pause = FIRST_PAUSE if clock() - born > LONGEST_PAUSE else pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _life(self, worker: Worker) -> int:
        """From a process's start to its end; its exit code."""
        gauge = telemetry.MEDIA_WORKER_UP.labels(worker.share.index)
        gauge.set(0)
        with suppress(FileNotFoundError):
            worker.path.unlink()
        ours, theirs = os.pipe()
        beating: asyncio.Task[None] | None = None
        try:
            process = worker.process = await self._start(worker, theirs)
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        try:
            if await said(ours):
                telemetry.log().info(
                    "media_worker_ready", index=worker.share.index, pid=process.pid
                )
                gauge.set(1)
                worker.up.set()
                worker.has_served.set()
                beating = asyncio.create_task(_kill_if_silent(worker, process))
            return await process.wait()
        finally:
            if beating is not None:
                beating.cancel()
            os.close(ours)
            worker.up.clear()
            gauge.set(0)
            worker.process = None
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self, worker: Worker, line: int) -> Process:
        post = Post(self._settings, worker.share, worker.path, line)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "service.front.process"),
            stdin=asyncio.subprocess.PIPE,  # stays open: its end tells that the front is gone
            pass_fds=(line,),
            env={**os.environ, "PYTHONPATH": _import_path()},
            start_new_session=True,  # Ctrl-C is for the front, which tells it to end in order
        )
        assert process.stdin is not None  # noqa: S101 - a pipe, as asked
        process.stdin.write(pickle.dumps((self._work, post)))
        return process


async def _kill_if_silent(worker: Worker, process: Process) -> None:
    """A process that takes requests and answers none holds its interviews for nothing."""
    missed = 0
    while missed < MISSED:
        await asyncio.sleep(BEAT)
        try:
            async with asyncio.timeout(BEAT_LIMIT):
                await worker.pool.request("GET", "http://worker/healthz")
            missed = 0
        except TimeoutError:
            missed += 1
        except (httpcore.NetworkError, httpcore.RemoteProtocolError):
            missed = 0  # it ends, or refuses: either way it is awake
    telemetry.log().error("media_worker_silent", index=worker.share.index, pid=process.pid)
    process.kill()


async def said(line: int) -> bool:
    """Wait until something is said over the line; False where it ends without a word."""
    loop, event = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(line, event.set)
    try:
        await event.wait()
    finally:
        loop.remove_reader(line)
    return os.read(line, 1) != b""


def _import_path() -> str:
    """What the process needs to find this package and its work, wherever we run from."""
    here = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(dict.fromkeys([here, *(path or os.getcwd() for path in sys.path)]))
