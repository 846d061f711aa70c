"""The pool in one thread of this process: for tests and for tiny machines without supervision.

The same queues, deadlines and refusals as the process pool. What a thread cannot give: a job that
hangs is never killed, and a model that crashes takes the whole process with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from models.dispatch import GENERAL, PoolSettings, QueuedPool, Seat
from models.types import ModelPlan
from models.waiting import Job
from models.worker import Build, Handler, answers, find_build


@dataclass(eq=False)
class ThreadSeat(Seat):
    """A seat whose worker is a thread; `run` starts jobs there."""

    run: Callable[[Sequence[Job]], None] | None = None

    def begin(self, jobs: Sequence[Job]) -> None:
        """Run `jobs` in the thread."""
        if self.run:
            self.run(jobs)


class InlinePool(QueuedPool):
    """One thread that loads `plan`; `build` makes the handlers (else the settings' build)."""

    def __init__(
        self,
        plan: ModelPlan,
        *,
        build: Build | None = None,
        settings: PoolSettings | None = None,
    ) -> None:
        self._seat = ThreadSeat(0, GENERAL, run=self._begin)
        self._handlers: Mapping[str, Handler] = {}
        self._thread: ThreadPoolExecutor | None = None
        self._running: asyncio.Task[None] | None = None
        super().__init__([self._seat], plan, settings or PoolSettings())
        self._build = build or find_build(self._settings.build)

    async def _open(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inline-pool")
        loop = asyncio.get_running_loop()
        self._handlers = await loop.run_in_executor(self._thread, self._build, self._plan)
        self._seat.ready = True

    async def _end(self) -> None:
        if self._thread:
            self._thread.shutdown(wait=False, cancel_futures=True)
        if self._running:
            self._running.cancel()

    def _begin(self, jobs: Sequence[Job]) -> None:
        self._running = self._group.create_task(self._run(jobs))

    async def _run(self, jobs: Sequence[Job]) -> None:
        loop = asyncio.get_running_loop()
        task, payloads = jobs[0].task.name, [job.payload for job in jobs]
        found = await loop.run_in_executor(
            self._thread, lambda: list(answers(self._handlers, task, payloads))
        )
        for index, outcome in found:
            self._settle(self._seat, jobs[index].id, outcome)
