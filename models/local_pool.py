"""The default pool: supervised worker processes on this machine.

Each seat has a task of its own that starts a worker, listens to it, and starts another when it is
gone, after a growing pause (`models.supervised`). A worker is taken for lost when its line closes
(a crash), when it has not beaten for `beat_limit` (a stopped or wedged process), when it is not
ready in `start_limit`, or when its job runs past the hang limit; it is killed before its job goes
to another, so no job ever runs twice at a time. See `models.dispatch` for the lanes and
`models.waiting` for the queues.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from models.dispatch import PoolSettings, lanes
from models.pool import TaskFailed
from models.supervised import SupervisedPool, SupervisedSeat
from models.transport import (
    Ask,
    Done,
    Failed,
    Ready,
    Slot,
    Start,
    Unreadable,
    encode,
    receive_answer,
)
from models.types import ModelPlan
from models.waiting import Job
from models.worker import warm_up

REAP_LIMIT = 2.0  # seconds; SIGKILL takes longer only where the kernel itself hangs


def _spawn(line: int, slot: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-P", "-m", "models.worker", str(line), str(slot), str(os.getpid())],
        pass_fds=(line, slot),
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": _import_path()},
    )


class Child:
    """One worker process as its parent sees it."""

    def __init__(self) -> None:
        self._writer: asyncio.StreamWriter | None = None
        with ExitStack() as undo:
            self._slot = Slot()
            undo.callback(self._slot.close)
            self._ours, theirs = socket.socketpair()
            undo.callback(self._ours.close)
            with theirs:
                self.process = _spawn(theirs.fileno(), self._slot.fd)
            undo.pop_all()

    async def start(self, start: Start) -> None:
        """Say the first word."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=self._ours)
        self._writer.write(encode(start))

    def send(self, jobs: Sequence[Job]) -> None:
        """Lay the bulk into shared memory and ask."""
        if self._writer:
            asks = self._slot.pack_all(Ask(job.id, job.task.name, job.payload) for job in jobs)
            self._writer.write(encode(asks))

    async def receive(self) -> object:
        """Its next message. Raises EOFError or OSError when it is gone."""
        return await receive_answer(self._reader)

    async def end(self) -> None:
        """Kill it, wait until it is reaped, free what it shared."""
        self.process.kill()
        if self._writer:
            self._writer.close()
        else:
            self._ours.close()
        self._slot.close()
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, REAP_LIMIT)


@dataclass(eq=False)
class ProcessSeat(SupervisedSeat):
    """A seat whose worker is a process."""

    child: Child | None = None

    def begin(self, jobs: Sequence[Job]) -> None:
        """Send `jobs` to the worker."""
        if self.child:
            self.child.send(jobs)


class LocalPool(SupervisedPool[ProcessSeat]):
    """`workers` supervised processes that load `plan`."""

    def __init__(
        self, plan: ModelPlan, *, workers: int = 2, settings: PoolSettings | None = None
    ) -> None:
        seats = [ProcessSeat(number, lane) for number, lane in enumerate(lanes(workers))]
        super().__init__(seats, plan, settings)

    def pids(self) -> list[int]:
        """The process ids of the workers that are ready, in order of their seats."""
        return [seat.child.process.pid for seat in self._places if seat.ready and seat.child]

    async def _life(self, seat: ProcessSeat) -> str:
        try:
            child = Child()
        except OSError:  # no memory or no process to be had now
            return "not_started"
        try:
            warm = warm_up(self._plan, seat.lane)
            start = Start(self._plan, self._settings.build, warm, self._settings.beat)
            await child.start(start)
            seat.child = child
            return await self._listen(seat, child)
        finally:
            seat.ready, seat.child = False, None
            await child.end()

    async def _listen(self, seat: ProcessSeat, child: Child) -> str:
        while not self._is_overdue(seat):
            try:
                async with asyncio.timeout(self._settings.beat_limit):
                    self._heard(seat, await child.receive())
            except TimeoutError:
                return "silent"
            except (EOFError, OSError):
                return "gone"
            except Unreadable as error:
                self._settle(seat, error.job, TaskFailed("unreadable_result"))
        return "stuck"

    def _is_overdue(self, seat: ProcessSeat) -> bool:
        running = asyncio.get_running_loop().time() - seat.began
        if not seat.ready:
            return running > self._settings.start_limit
        patience = max((job.patience for job in seat.jobs.values()), default=None)
        return patience is not None and running > self._settings.hang_limit(patience)

    def _heard(self, seat: ProcessSeat, message: object) -> None:
        match message:
            case Ready(engines=engines):
                self._welcome(seat, engines)
            case Done(job=number, result=result) if number in seat.jobs:
                seat.failures = 0
                self._settle(seat, number, result)
            case Failed(job=number) if number in seat.jobs:
                seat.failures = 0
                self._settle(seat, number, message.error())
            case _:  # a heartbeat
                pass


def _import_path() -> str:
    """What the child needs to find this package and the build function, wherever we run from."""
    here = str(Path(__file__).resolve().parents[1])
    return os.pathsep.join(dict.fromkeys([here, *(path or os.getcwd() for path in sys.path)]))
