"""Which device checks run here. Few, and none while the machine is full: interviews come first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self
from uuid import UUID

from service import telemetry
from service.errors import ServiceError
from service.live.check.checkup import Checkup
from service.live.signalling import Offer
from service.live.tools import Tools

MOST = 8  # at once: each costs what a candidate without recording and faces costs
CLOSE_WITHIN = 10.0


def check_full() -> ServiceError:
    """No check can be had now; the interview itself may well begin."""
    detail = "The server has no room for a test now. The interview can begin all the same."
    return ServiceError("check_full", 503, detail, headers={"Retry-After": "15"})


class CheckRoom:
    """`async with CheckRoom(...)`. `is_full` tells whether the machine has anything to spare."""

    def __init__(self, tools: Tools, is_full: Callable[[], bool]) -> None:
        self._tools, self._is_full = tools, is_full
        self._tasks = asyncio.TaskGroup()
        self._running: dict[UUID, Checkup] = {}  # by session
        self._runs: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for checkup in self._running.values():
            checkup.end()
        if self._runs:
            _, late = await asyncio.wait(self._runs, timeout=CLOSE_WITHIN)
            for task in late:
                task.cancel()
        await self._tasks.__aexit__(None, None, None)

    def __len__(self) -> int:
        return len(self._runs)

    async def open(self, session_id: UUID, offer: Offer, *, language: str) -> tuple[UUID, str]:
        """Answer an offer (id, SDP); an earlier check of the session ends. Raises `check_full`."""
        self.end(session_id)
        if len(self._runs) >= MOST or self._is_full():
            raise check_full()
        checkup = Checkup(self._tools, session_id, language=language)
        self._running[session_id] = checkup
        try:
            answer = await checkup.open(offer)
        except BaseException:
            self._forget(session_id, checkup)
            raise
        task = self._tasks.create_task(self._run(session_id, checkup), name=f"check-{checkup.id}")
        self._runs.add(task)
        task.add_done_callback(self._runs.discard)
        return checkup.id, answer

    def find(self, session_id: UUID, checkup_id: UUID) -> Checkup | None:
        """The session's running check, if it is the one asked for."""
        found = self._running.get(session_id)
        return found if found is not None and found.id == checkup_id else None

    def end(self, session_id: UUID) -> None:
        """End the session's check, if any: it is no longer found, and closes by itself."""
        checkup = self._running.pop(session_id, None)
        if checkup is not None:
            checkup.end()

    def _forget(self, session_id: UUID, checkup: Checkup) -> None:
        if self._running.get(session_id) is checkup:
            del self._running[session_id]

    async def _run(self, session_id: UUID, checkup: Checkup) -> None:
        try:
            await checkup.run()
        except Exception as error:  # one check's failure must not reach the others
            telemetry.log().error("check_failed", check=str(checkup.id), error=repr(error))
        finally:
            self._forget(session_id, checkup)
