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

**Batches.** Where a task has `Batching`, waiting jobs of equal shape go to a worker together (see
`models.batches`) and are answered one by one. A lost worker's jobs are tried again alone, each.

**Streams.** Jobs of a task that keeps state go to the worker that has it (see `models.streams`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Self, TypeVar, cast

from models.batches import Batching
from models.meter import Meter, sound_seconds
from models.pool import (
    Expired,
    Overloaded,
    PoolError,
    PoolLoad,
    TaskFailed,
    TaskLoad,
    WorkerLost,
)
from models.streams import Bindings
from models.types import FACE, PARTIAL, STILL, TRANSCRIBE, VAD, ModelPlan, Priority, Task
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
            FACE.name: 256,  # some KB each; a session has one at a time
            STILL.name: 32,  # up to 0.9 MB each
            PARTIAL.name: 32,
        }
    )
    batching: Mapping[str, Batching] = field(default_factory=lambda: {TRANSCRIBE.name: Batching()})
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
    jobs: dict[int, Job] = field(default_factory=dict)  # sent and not answered, by id
    sent: tuple[Job, ...] = ()  # all that were sent with those
    sent_at: float = 0.0  # loop time
    began: float = 0.0  # loop time when `jobs` were sent, or the last of them was answered

    @abstractmethod
    def begin(self, jobs: Sequence[Job]) -> None:
        """Start jobs of one task; each outcome is told later to `_settle`, or all to `_lost`."""


class QueuedPool:
    """The port's `infer` and `load` over some seats; an adapter fills the seats."""

    def __init__(self, seats: Iterable[Seat], plan: ModelPlan, settings: PoolSettings) -> None:
        self._seats = list(seats)
        self._plan = plan
        self._settings = settings
        self._shapes = {name: each.shape(plan) for name, each in settings.batching.items()}
        self._tasks: dict[str, Task[object, object]] = {}  # those asked for so far
        self._meter = Meter()
        self._bindings = Bindings(self._seats)
        self._alarm: asyncio.TimerHandle | None = None
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
        self._tasks[task.name] = job.task
        if task.name in self._shapes:
            job.shape = self._shapes[task.name](payload)
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
            running=sum(bool(seat.jobs) for seat in self._seats),
            oldest_wait=self._room.oldest_wait(),
            restarts=self._restarts,
            tasks=self._task_loads(),
            talkers=self._able(Priority.FINAL),
        )

    def _task_loads(self) -> dict[str, TaskLoad]:
        waiting = self._room.by_task()
        return {
            name: self._task_load(task, waiting.get(name, TaskLoad()))
            for name, task in self._tasks.items()
        }

    def _task_load(self, task: Task[object, object], waiting: TaskLoad) -> TaskLoad:
        done, worked = self._meter.total(task.name)
        return replace(
            waiting,
            busy=self._busy(task),
            service=self._meter.service(task.name),
            cost=self._meter.cost(task.name),
            done=done,
            worked=worked,
        )

    def _busy(self, task: Task[object, object]) -> float:
        able = self._able(task.priority)
        return self._meter.busy(task.name, workers=able, now=time.monotonic())

    def _able(self, priority: Priority) -> int:
        return sum(priority in seat.lane for seat in self._seats)

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
                while any(seat.jobs for seat in self._seats):
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
        if self._alarm:
            self._alarm.cancel()
        await self._end()
        await self._group.__aexit__(None, None, None)
        for seat in self._seats:
            for job in seat.jobs.values():
                job.fail(WorkerLost("the pool was closed"))
            seat.jobs = {}

    def _assign(self) -> None:
        for seat in self._seats:
            while seat.ready and not seat.jobs and not self._closing:
                jobs = self._next(seat)
                if not jobs:
                    break
                self._give(seat, jobs)

    def _next(self, seat: Seat) -> list[Job]:
        """The most urgent job with its company; none while it waits for more of its kind."""
        head = self._room.peek(seat.lane, partial(self._is_for, seat))
        if head is None:
            return []
        batching = self._settings.batching.get(head.task.name, Batching(most=1))
        jobs = self._room.company(head, batching.most)
        if head.shape is not None and len(jobs) < batching.most and self._lingers(head, batching):
            return []
        for job in jobs:
            self._room.leave(job)
        return [job for job in jobs if not job.result.done()] or self._next(seat)

    def _is_for(self, seat: Seat, job: Job) -> bool:
        now, stream = time.monotonic(), (job.task.name, job.key)
        return self._bindings.allows(seat, stream, job.task.priority, now=now)

    def _lingers(self, head: Job, batching: Batching) -> bool:
        rest = head.since + batching.window - time.monotonic()
        if rest <= 0 or self._busy(head.task) < batching.company:
            return False
        if self._alarm is None or self._alarm.cancelled():
            self._alarm = asyncio.get_running_loop().call_later(rest, self._end_wait)
        return True

    def _end_wait(self) -> None:
        self._alarm = None
        self._assign()

    def _give(self, seat: Seat, jobs: list[Job]) -> None:
        seat.jobs, seat.sent = {job.id: job for job in jobs}, tuple(jobs)
        seat.began = seat.sent_at = asyncio.get_running_loop().time()
        if jobs[0].task.keeps_state:
            stream = (jobs[0].task.name, jobs[0].key)
            self._bindings.bind(seat, stream, now=time.monotonic())
        try:
            seat.begin(jobs)
        except Exception as error:  # a payload cannot be sent: that job's fault alone
            seat.jobs = {}
            if len(jobs) == 1:
                jobs[0].fail(TaskFailed(type(error).__name__))
            else:
                self._put_back(jobs)

    def _put_back(self, jobs: Iterable[Job]) -> None:
        """Queue jobs again, in their order before all others, each to go alone."""
        for job in sorted(jobs, key=lambda each: each.id, reverse=True):
            job.shape = None
            self._room.put_back(job)

    def _settle(self, seat: Seat, number: int, outcome: object) -> None:
        """Adapters: `seat` did job `number`; a PoolError is raised to the caller."""
        job = seat.jobs.pop(number, None)
        if job is None:
            return
        seat.began = asyncio.get_running_loop().time()  # progress: the hang limit starts anew
        if isinstance(outcome, PoolError):
            job.fail(outcome)
        else:
            job.succeed(outcome)
        if not seat.jobs:
            self._note(seat)
            self._changed.set()
            self._assign()

    def _note(self, seat: Seat) -> None:
        """Let the meter know what the jobs just done have cost."""
        now = time.monotonic()
        self._bindings.worked(seat, seat.began - seat.sent_at, now=now)
        share = (seat.began - seat.sent_at) / len(seat.sent)
        for job in seat.sent:
            sound = sound_seconds(job.payload)
            self._meter.done(job.task.name, share, sound=sound, now=now)
        seat.sent = ()

    def _lost(self, seat: Seat) -> None:
        """Adapters: the worker of `seat` is dead for certain; its jobs are tried once more."""
        jobs, seat.jobs, seat.ready = seat.jobs, {}, False
        self._bindings.lost(seat)
        self._changed.set()
        again: list[Job] = []
        for job in jobs.values():
            job.losses += 1
            if job.losses > LOSSES_ALLOWED or self._closing:
                job.fail(WorkerLost(job.task.name))
            elif not job.result.done():
                again.append(job)
        self._put_back(again)
        self._assign()
