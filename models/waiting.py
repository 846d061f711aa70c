"""The bounded room in which jobs wait for a worker, with its written policies.

One queue per task; the most urgent task is served first (VAD, finals, faces, partials), within a
task the oldest; where a task keeps state, the one whose deadline comes first: so the end of an
utterance goes before pieces of others that go on for seconds, yet no piece waits for ever. A task
that WAITs keeps its caller at the door until there is a place, so no more than the bound is ever
queued and nothing is lost; a task that drops its OLDEST fails that one with Overloaded. Of one
stream (`key`) such a task keeps only the newest, in the place of the older one.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from models.pool import Overloaded, PoolError, TaskLoad
from models.types import Priority, Task, WhenFull

DEFAULT_BOUND = 64
_ids = itertools.count(1)


@dataclass(eq=False, slots=True)
class Job:
    """One question on its way: it waits, runs (perhaps twice), and is settled once."""

    task: Task[object, object]
    payload: object
    patience: float  # the caller's deadline, seconds from `since`
    key: str
    result: asyncio.Future[object]
    id: int = field(default_factory=_ids.__next__)
    since: float = field(default_factory=time.monotonic)
    losses: int = 0
    shape: Hashable | None = None  # jobs of one task and equal shape may run as one batch
    holds_place: bool = False

    @property
    def due(self) -> float:
        """When its caller's patience ends, on the clock of `since`."""
        return self.since + self.patience

    def succeed(self, value: object) -> None:
        """Hand the result to the caller, if one still waits."""
        if not self.result.done():
            self.result.set_result(value)

    def fail(self, error: PoolError) -> None:
        """Refuse the caller, if one still waits."""
        if not self.result.done():
            self.result.set_exception(error)


class WaitingRoom:
    """All queues of a pool. `bounds` gives the places per task name (else 64)."""

    def __init__(self, bounds: Mapping[str, int]) -> None:
        self._bounds = bounds
        self._queues: dict[str, deque[Job]] = {}
        self._order: list[Task[object, object]] = []  # by priority
        self._doors: dict[str, asyncio.Semaphore] = {}
        self._waiting: set[Job] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def oldest_wait(self) -> float:
        """Seconds the longest waiting job has waited, those at the door included."""
        now = time.monotonic()
        return max((now - job.since for job in self._waiting), default=0.0)

    def by_task(self) -> dict[str, TaskLoad]:
        """How many wait and how long, for each task of which any does."""
        now = time.monotonic()
        found: dict[str, TaskLoad] = {}
        for job in self._waiting:
            so_far = found.get(job.task.name, TaskLoad())
            oldest = max(so_far.oldest_wait, now - job.since)
            found[job.task.name] = TaskLoad(so_far.queued + 1, oldest)
        return found

    async def enter(self, job: Job) -> None:
        """Queue `job`; waits at the door where the task's policy says so."""
        if job.task.name not in self._queues:
            self._open(job.task)
        self._waiting.add(job)
        queue = self._queues[job.task.name]
        if job.task.when_full is WhenFull.WAIT:
            await self._doors[job.task.name].acquire()
            job.holds_place = True
            queue.append(job)
        elif not self._replace_older(queue, job):
            if len(queue) >= self._bound(job.task.name):
                self._drop(queue.popleft())
            queue.append(job)

    def leave(self, job: Job) -> None:
        """Forget `job` wherever it is: its caller is gone or served."""
        if job in self._waiting:
            self._waiting.discard(job)
            queue = self._queues[job.task.name]
            if job in queue:  # else it is still at the door
                queue.remove(job)
        self._free_place(job)

    def peek(
        self, lane: frozenset[Priority], allows: Callable[[Job], bool] | None = None
    ) -> Job | None:
        """The most urgent waiting job among the priorities of `lane`; it goes on waiting.

        Of tasks that keep state only jobs that `allows` lets pass.
        """
        for task in self._order:
            queue = self._queues[task.name]
            if not queue or task.priority not in lane:
                continue
            if not task.keeps_state or allows is None:
                return queue[0]
            found = min(filter(allows, queue), key=lambda job: job.due, default=None)
            if found is not None:
                return found
        return None

    def company(self, job: Job, most: int) -> list[Job]:
        """`job`, which waits, and behind it the oldest of its kind: `most` in all, no shape alone.

        All of them wait on. The head of a queue is in every batch formed of it, so whoever is
        overtaken has one job less before it each time.
        """
        if job.shape is None:
            return [job]
        queue = self._queues[job.task.name]
        alike = (each for each in queue if each is not job and each.shape == job.shape)
        return [job, *itertools.islice(alike, max(0, most - 1))]

    def put_back(self, job: Job) -> None:
        """Queue a job whose worker died before all others of its task, bound or not."""
        self._waiting.add(job)
        self._queues[job.task.name].appendleft(job)

    def refuse_all(self, error: PoolError) -> None:
        """Fail everything that waits; whoever is at the door comes in behind and is refused."""
        for job in self._waiting:
            job.fail(error)

    def _open(self, task: Task[object, object]) -> None:
        self._queues[task.name] = deque()
        self._doors[task.name] = asyncio.Semaphore(self._bound(task.name))
        self._order = sorted([*self._order, task], key=lambda each: each.priority)

    def _bound(self, name: str) -> int:
        return self._bounds.get(name, DEFAULT_BOUND)

    def _replace_older(self, queue: deque[Job], job: Job) -> bool:
        if not job.key:
            return False
        for place, older in enumerate(queue):
            if older.key == job.key:
                self._drop(older)
                queue[place] = job
                return True
        return False

    def _drop(self, job: Job) -> None:
        self._waiting.discard(job)
        job.fail(Overloaded(job.task.name))

    def _free_place(self, job: Job) -> None:
        if job.holds_place:
            job.holds_place = False
            self._doors[job.task.name].release()
