"""What all pools share: the waiting room, lanes, one retry, closing in time.

**Lanes.** A voice-activity call takes 3 ms and a face 20 ms; a transcription takes up to seconds
and cannot be interrupted. So with two workers or more, a quarter of them (at least one) are
*light*: they take VAD and faces only, and a VAD call never waits behind a transcription. A light
worker does not help out with speech while idle: the moment it did, the next VAD call of every
session would wait for it. The other way round costs milliseconds, so the *general* workers take
everything, the most urgent first, light workers being offered short work before them. On two
cores (two workers) that gives one core's worth of transcription and leaves the other for the event
loop, VAD and faces, and only one process holds a speech model. A single worker takes everything,
VAD first; there one transcription is the longest a VAD call waits.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar, cast

from models.pool import Expired, Overloaded, PoolError, PoolLoad, TaskFailed, WorkerLost
from models.types import FACE, PARTIAL, TRANSCRIBE, VAD, Priority, Task
from models.waiting import Job, WaitingRoom
from models.worker import DEFAULT_BUILD

Q = TypeVar("Q")
R = TypeVar("R")

LIGHT = frozenset({Priority.VAD, Priority.FACE})
GENERAL = frozenset(Priority)
LOSSES_ALLOWED = 1  # a second worker lost on the same job is no accident
log = logging.getLogger("candor.pool")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSettings:
    """Times in seconds. `build` names the function that makes a worker's handlers."""

    build: str = DEFAULT_BUILD
    bounds: Mapping[str, int] = field(
        default_factory=lambda: {
            VAD.name: 256,  # 0.5 s of sound each: 16 KB
            TRANSCRIBE.name: 64,  # up to 20 s of sound each: 640 KB
            FACE.name: 32,  # up to 0.9 MB each
            PARTIAL.name: 32,
        }
    )
    beat: float = 1.0
    beat_limit: float = 30.0  # an engine may hold the interpreter lock for one utterance
    hang_factor: float = 10.0  # a job that takes so many deadlines is stuck,
    hang_floor: float = 5.0  # but not within this time (the first call loads a model),
    hang_after: float = 60.0  # and in any case after this
    start_limit: float = 60.0
    close_limit: float = 5.0
    backoff: float = 0.1
    backoff_cap: float = 30.0

    def hang_limit(self, deadline: float) -> float:
        """Seconds a job with this deadline may run before its worker is taken for stuck."""
        return min(self.hang_after, max(self.hang_floor, self.hang_factor * deadline))

    def pause(self, failures: int) -> float:
        """Seconds to wait before a worker is started again after `failures` losses in a row.

        After one, none: a job waits for its retry.
        """
        if failures <= 1:
            return 0.0
        return min(self.backoff_cap, self.backoff * 2.0 ** min(failures - 2, 30))


def lanes(workers: int) -> list[frozenset[Priority]]:
    """The lane of each worker, light ones first, since short work is offered in this order."""
    light = 0 if workers < 2 else max(1, workers // 4)
    return [LIGHT] * light + [GENERAL] * (workers - light)


@dataclass(eq=False)
class Seat(ABC):
    """The place of one worker, through all its restarts."""

    number: int
    lane: frozenset[Priority]
    ready: bool = False
    job: Job | None = None
    began: float = 0.0  # loop time when `job` was sent

    @abstractmethod
    def begin(self, job: Job) -> None:
        """Start `job`; the outcome is told later to the pool's `_settle` or `_lost`."""


class QueuedPool:
    """The port's `infer` and `load` over some seats; an adapter fills the seats."""

    def __init__(self, seats: Iterable[Seat], settings: PoolSettings) -> None:
        self._seats = list(seats)
        self._settings = settings
        self._room = WaitingRoom(settings.bounds)
        self._restarts = 0
        self._closing = False
        self._changed = asyncio.Event()  # a seat became ready, failed or idle
        self._group = asyncio.TaskGroup()

    async def infer(self, task: Task[Q, R], payload: Q, *, deadline: float, key: str = "") -> R:
        """See `models.pool.Pool.infer`. A caller that is cancelled frees its place at once."""
        if self._closing:
            raise Overloaded("the pool is closing")
        result: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        job = Job(cast(Task[object, object], task), payload, deadline, key, result)
        try:
            async with asyncio.timeout(deadline):
                await self._room.enter(job)
                self._assign()
                return cast(R, await result)
        except TimeoutError:
            raise Expired(task.name) from None
        finally:
            self._room.leave(job)
            if result.done() and not result.cancelled():
                result.exception()  # seen, even where the deadline came first

    def load(self) -> PoolLoad:
        """How busy the pool is now; callers at the door of a full queue count as queued."""
        return PoolLoad(
            workers=len(self._seats),
            alive=sum(seat.ready for seat in self._seats),
            queued=len(self._room),
            running=sum(seat.job is not None for seat in self._seats),
            oldest_wait=self._room.oldest_wait(),
            restarts=self._restarts,
        )

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        try:
            await self._open()
        except BaseException:
            await self._shut()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let what runs finish for `close_limit` seconds, refuse what waits, end the workers."""
        self._closing = True
        self._room.refuse_all(Overloaded("the pool is closing"))
        try:
            async with asyncio.timeout(self._settings.close_limit):
                while any(seat.job for seat in self._seats):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("pool_closed_while_busy running=%d", self.load().running)
        finally:
            await self._shut()

    async def _open(self) -> None:
        """Adapters: start the seats in `self._group` and wait until they are ready."""

    async def _end(self) -> None:
        """Adapters: end the seats' tasks, so that `self._group` can close."""

    async def _shut(self) -> None:
        self._closing = True
        await self._end()
        await self._group.__aexit__(None, None, None)
        for seat in self._seats:
            if seat.job:
                seat.job.fail(WorkerLost("the pool was closed"))
                seat.job = None

    def _assign(self) -> None:
        for seat in self._seats:
            while seat.ready and seat.job is None and not self._closing:
                job = self._room.take(seat.lane)
                if job is None:
                    break
                self._give(seat, job)

    def _give(self, seat: Seat, job: Job) -> None:
        if job.result.done():
            return
        seat.job, seat.began = job, asyncio.get_running_loop().time()
        try:
            seat.begin(job)
        except Exception as error:  # the payload cannot be sent: that job's fault alone
            seat.job = None
            job.fail(TaskFailed(type(error).__name__))

    def _settle(self, seat: Seat, outcome: object) -> None:
        """Adapters: `seat` did its job; a PoolError is raised to the caller."""
        job, seat.job = seat.job, None
        if job and isinstance(outcome, PoolError):
            job.fail(outcome)
        elif job:
            job.succeed(outcome)
        self._changed.set()
        self._assign()

    def _lost(self, seat: Seat) -> None:
        """Adapters: the worker of `seat` is dead for certain; its job is tried once more."""
        job, seat.job, seat.ready = seat.job, None, False
        self._changed.set()
        if job is None or job.result.done():
            return
        job.losses += 1
        if job.losses > LOSSES_ALLOWED or self._closing:
            job.fail(WorkerLost(job.task.name))
        else:
            self._room.put_back(job)
            self._assign()
