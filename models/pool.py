"""The port to the inference workers: what the service may ask, and how it can be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, TypeVar

from models.types import Task

Q = TypeVar("Q")
R = TypeVar("R")


class PoolError(Exception):
    """Any refusal of the pool. `retryable` says whether asking again later may help."""

    retryable = True


class Overloaded(PoolError):
    """The queue for this task is full, or this item was dropped for a newer one."""


class Expired(PoolError):
    """The deadline passed before a result came."""


class WorkerLost(PoolError):
    """The worker died on this item, and again on its one retry."""


class TaskFailed(PoolError):
    """The model raised on this input; `code` names the error class. Asking again won't help."""

    retryable = False

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoEngine(PoolError):
    """No engine at hand for this language: keep the audio until one appears."""

    def __init__(self, language: str) -> None:
        super().__init__(f"no speech engine for {language!r}")
        self.language = language


@dataclass(frozen=True, slots=True)
class TaskLoad:
    """One task's part of the load; times in seconds.

    `busy`: share (0..1) of the time of the workers that may do it, over the last five seconds.
    `service`: worker time of one job, `cost`: of one second of its sound (0: none), both of late.
    `done` and `worked`: jobs, and their worker time, since the pool was opened.
    """

    queued: int = 0
    oldest_wait: float = 0.0
    busy: float = 0.0
    service: float = 0.0
    cost: float = 0.0
    done: int = 0
    worked: float = 0.0


@dataclass(frozen=True, slots=True)
class PoolLoad:
    """A snapshot for admission, rates and metrics. `oldest_wait` in seconds.

    `tasks` by name; `talkers`: workers that take speech.
    """

    workers: int
    alive: int
    queued: int
    running: int
    oldest_wait: float
    restarts: int
    tasks: Mapping[str, TaskLoad] = field(default_factory=dict)
    talkers: int = 1

    def of(self, name: str) -> TaskLoad:
        """The load by one task; all zero where nothing of it is known."""
        return self.tasks.get(name, TaskLoad())


class Pool(Protocol):
    """Runs model tasks off the event loop. Adapters: inline (tests), local processes, Ray."""

    async def infer(self, task: Task[Q, R], payload: Q, *, deadline: float, key: str = "") -> R:
        """Run one task; `deadline` is in seconds from now.

        `key` names the stream of a task that drops its oldest: of several waiting items with the
        same task and key only the newest is kept, the one it replaces ends in Overloaded. Of a
        task that keeps state it names whose: jobs of one key go to one worker while that lives;
        ask one at a time, and expect a worker that knows nothing of what went before.
        Raises Overloaded, Expired, WorkerLost, TaskFailed or NoEngine.
        """
        ...

    def load(self) -> PoolLoad:
        """How busy the pool is now."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
