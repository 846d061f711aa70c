"""The pool on Ray actors, for models spread over the machines of a cluster (extra `ray`).

The same lanes, queues, deadlines and single retry as the process pool; Ray places the actors,
carries payloads (big ones through its shared object store) and tells of their deaths. We do not
use Ray's own restarts or retries: they know neither our deadlines nor our one-retry rule. Every
node needs candor installed, and the models at the paths the plan names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from models.dispatch import PoolSettings, lanes
from models.pool import PoolError
from models.supervised import SupervisedPool, SupervisedSeat
from models.transport import Done, Failed, refusal
from models.types import ModelPlan
from models.waiting import Job
from models.worker import answers, engines_of, find_build, limit_threads, warm_up


class RayWorker:
    """What runs in the actor's process."""

    def __init__(self, plan: ModelPlan, build: str) -> None:
        limit_threads(plan.threads)
        self._plan = plan
        self._handlers = find_build(build)(plan)

    def warm(self, asks: tuple[tuple[str, object], ...]) -> tuple[str, ...]:
        """Load the engines behind `asks`; their ids."""
        loaded: list[str] = []
        for task, payload in asks:
            for said in self.run(task, (0,), payload):
                if isinstance(said, Done):
                    loaded += engines_of(self._plan, said.result)
        return tuple(dict.fromkeys(loaded))

    def run(self, task: str, jobs: tuple[int, ...], *payloads: object) -> list[Done | Failed]:
        """Do jobs of one task; their payloads are arguments, so that Ray carries big ones well."""
        return [
            refusal(jobs[at], said) if isinstance(said, PoolError) else Done(jobs[at], said)
            for at, said in answers(self._handlers, task, payloads)
        ]

    def ping(self) -> None:
        """Answer, to show life."""


class Method(Protocol):
    """A remote method of an actor."""

    def remote(self, *args: object) -> Awaitable[object]: ...


class Actor(Protocol):
    """What we use of Ray's handle on a RayWorker."""

    warm: Method
    run: Method
    ping: Method


@dataclass(eq=False)
class ActorSeat(SupervisedSeat):
    """A seat whose worker is an actor."""

    inbox: asyncio.Queue[Sequence[Job]] = field(default_factory=lambda: asyncio.Queue(maxsize=1))

    def begin(self, jobs: Sequence[Job]) -> None:
        """Give `jobs` to the seat's task."""
        self.inbox.put_nowait(jobs)


class RayPool(SupervisedPool[ActorSeat]):
    """`workers` actors that load `plan`, each with `gpus` of a GPU (0: none).

    Joins the cluster that this process is connected to or that RAY_ADDRESS names, else starts
    Ray on this machine and stops it at the end.
    """

    def __init__(
        self,
        plan: ModelPlan,
        *,
        workers: int = 2,
        settings: PoolSettings | None = None,
        gpus: float = 0.0,
    ) -> None:
        seats = [ActorSeat(number, lane) for number, lane in enumerate(lanes(workers))]
        super().__init__(seats, plan, settings)
        self._gpus = gpus
        self._owns_ray = False

    async def _open(self) -> None:
        import ray

        if not ray.is_initialized():
            await asyncio.to_thread(ray.init, include_dashboard=False, log_to_driver=False)
            self._owns_ray = True
        await super()._open()

    async def _shut(self) -> None:
        import ray

        await super()._shut()
        if self._owns_ray:
            self._owns_ray = False
            await asyncio.to_thread(ray.shutdown)

    async def _life(self, seat: ActorSeat) -> str:
        import ray

        actor = self._hire()
        try:
            asks = warm_up(self._plan, seat.lane)
            async with asyncio.timeout(self._settings.start_limit):
                engines = cast(tuple[str, ...], await actor.warm.remote(asks))
            self._welcome(seat, engines)
            while True:
                await self._do(seat, actor, await self._awaited(seat, actor))
        except ray.exceptions.RayError:
            return "gone"
        except TimeoutError:
            return "stuck"
        finally:
            seat.ready = False
            seat.inbox = asyncio.Queue(maxsize=1)
            ray.kill(actor)

    def _hire(self) -> Actor:
        import ray

        kind = ray.remote(RayWorker).options(
            num_cpus=self._plan.threads, num_gpus=self._gpus, max_restarts=0, max_task_retries=0
        )
        return cast(Actor, kind.remote(self._plan, self._settings.build))

    async def _awaited(self, seat: ActorSeat, actor: Actor) -> Sequence[Job]:
        """The next jobs; meanwhile, see that the actor lives, so that no job meets a dead one."""
        while True:
            try:
                async with asyncio.timeout(self._settings.beat):
                    return await seat.inbox.get()
            except TimeoutError:
                async with asyncio.timeout(self._settings.beat_limit):
                    await actor.ping.remote()

    async def _do(self, seat: ActorSeat, actor: Actor, jobs: Sequence[Job]) -> None:
        ids, payloads = tuple(job.id for job in jobs), (job.payload for job in jobs)
        async with asyncio.timeout(self._settings.hang_limit(max(job.patience for job in jobs))):
            found = await actor.run.remote(jobs[0].task.name, ids, *payloads)
        seat.failures = 0
        for said in cast(list[Done | Failed], found):
            self._settle(seat, said.job, said.error() if isinstance(said, Failed) else said.result)
