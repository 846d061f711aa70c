"""A pool that answers from a script, for tests of everything that asks one."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from models.pool import Expired, PoolError, PoolLoad, TaskFailed
from models.types import Task

Q = TypeVar("Q")
R = TypeVar("R")

IDLE = PoolLoad(workers=1, alive=1, queued=0, running=0, oldest_wait=0.0, restarts=0)


@dataclass(frozen=True, slots=True)
class Call:
    """One question the pool was asked, in the order of asking."""

    task: str
    payload: object
    deadline: float
    key: str = ""


@dataclass
class FakePool:
    """Answers each task from what was scripted for it; raises TaskFailed("unscripted") otherwise.

    `reply` sets the standing answer (a value, an exception, or a function of the payload);
    `then` queues answers that are used up first, one per call. Both take `after`, seconds slept
    before the answer: with a loop whose clock jumps they cost nothing. A sleep longer than the
    call's deadline ends in Expired at the deadline, as in the real pools.
    """

    calls: list[Call] = field(default_factory=list)
    entered: int = 0
    closed: int = 0
    snapshot: PoolLoad = IDLE
    _standing: dict[str, tuple[object, float]] = field(default_factory=dict)
    _once: defaultdict[str, deque[tuple[object, float]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _running: int = 0

    def reply(
        self, task: Task[Q, R], answer: R | PoolError | Callable[[Q], R], *, after: float = 0.0
    ) -> Self:
        """Answer every call of `task` so, once what `then` queued is used up."""
        self._standing[task.name] = (answer, after)
        return self

    def then(
        self, task: Task[Q, R], answer: R | PoolError | Callable[[Q], R], *, after: float = 0.0
    ) -> Self:
        """Answer the next unanswered call of `task` so; may be chained."""
        self._once[task.name].append((answer, after))
        return self

    def asked(self, task: Task[Q, R]) -> list[Q]:
        """The payloads `task` was called with so far."""
        return [cast(Q, call.payload) for call in self.calls if call.task == task.name]

    async def infer(self, task: Task[Q, R], payload: Q, *, deadline: float, key: str = "") -> R:
        """Record the call, sleep as scripted, answer as scripted."""
        self.calls.append(Call(task.name, payload, deadline, key))
        answer, after = self._answer_for(task.name)
        self._running += 1
        try:
            async with asyncio.timeout(deadline):
                await asyncio.sleep(after)
        except TimeoutError:
            raise Expired(task.name) from None
        finally:
            self._running -= 1
        if isinstance(answer, PoolError):
            raise answer
        return cast(R, cast(Any, answer)(payload) if callable(answer) else answer)

    def load(self) -> PoolLoad:
        """The `snapshot` set by the test, with the calls now sleeping counted as running."""
        return replace(self.snapshot, running=self.snapshot.running + self._running)

    async def __aenter__(self) -> Self:
        self.entered += 1
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closed += 1

    def _answer_for(self, name: str) -> tuple[object, float]:
        if self._once[name]:
            return self._once[name].popleft()
        return self._standing.get(name, (TaskFailed("unscripted"), 0.0))
