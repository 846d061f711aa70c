"""A pool whose workers are started, watched and started again, each in a task of its own."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from models.dispatch import PoolSettings, QueuedPool, Seat, log
from models.pool import WorkerLost
from models.types import ModelPlan

STARTS_TRIED = 3  # failures in a row after which opening the pool no longer waits for a seat


@dataclass(eq=False)
class SupervisedSeat(Seat):
    """A seat with the task that keeps a worker on it."""

    failures: int = 0  # losses since a job was last answered
    task: asyncio.Task[None] | None = field(default=None, repr=False)


S = TypeVar("S", bound=SupervisedSeat)


class SupervisedPool(QueuedPool, Generic[S]):
    """Adapters give `_life`, from birth to death of one worker."""

    def __init__(self, seats: Sequence[S], plan: ModelPlan, settings: PoolSettings | None) -> None:
        super().__init__(seats, plan, settings or PoolSettings())
        self._places = seats

    @abstractmethod
    async def _life(self, seat: S) -> str:
        """Start a worker, serve until it is lost, leave none of it behind; why it ended.

        Sets `seat.ready` through `_welcome` and calls `_settle` for every outcome.
        """

    def _welcome(self, seat: S, engines: Sequence[str]) -> None:
        seat.ready = True
        log.info("worker_ready seat=%d engines=%s", seat.number, ",".join(engines))
        self._changed.set()
        self._assign()

    async def _open(self) -> None:
        """Wait until all seats are ready, or have failed often; some must be ready.

        Raises WorkerLost when no worker comes up.
        """
        for seat in self._places:
            seat.task = self._group.create_task(self._keep(seat), name=f"seat-{seat.number}")
        try:
            async with asyncio.timeout(self._settings.start_limit):
                while not all(s.ready or s.failures >= STARTS_TRIED for s in self._places):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("pool_start_incomplete alive=%d", self.load().alive)
        if not self.load().alive:
            raise WorkerLost("no worker came up")

    async def _end(self) -> None:
        for seat in self._places:
            if seat.task:
                seat.task.cancel()

    async def _keep(self, seat: S) -> None:
        settings, clock = self._settings, asyncio.get_running_loop().time
        while True:
            born = seat.began = clock()
            try:
                reason = await self._life(seat)
            finally:
                lived_long = clock() - born > settings.backoff_cap
                seat.failures = 1 if lived_long else seat.failures + 1
                self._lost(seat)
            self._restarts += 1
            pause = settings.pause(seat.failures)
            log.warning("worker_lost seat=%d reason=%s pause=%.1f", seat.number, reason, pause)
            await asyncio.sleep(pause)
