"""Hears an utterance when its pause begins, so that its text is there when the pause has lasted.

Half of the wait for a caption is the silence after which an utterance counts as over. The sound of
the final is known well before: an utterance ends a moment after its last speech. So it is asked
about then, and the answer is thrown away if speech goes on. A final that was not foreseen is asked
about when it comes, beside the storing of its sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from models.pool import PoolError
from models.types import Transcript
from service.live.ear import Heard

Key = tuple[UUID, float, float]
AT_ONCE = 2  # finals of a session that are asked about before they are stored; the rest after


class Foresight:
    """One session's. `run()` is its task; without it nothing is ever foreseen."""

    def __init__(self, ask: Callable[[bytes], Awaitable[Transcript]]) -> None:
        self._ask = ask
        self._tasks: asyncio.TaskGroup | None = None
        self._asked: tuple[Key, asyncio.Task[Transcript | None]] | None = None
        self._right: dict[Key, asyncio.Task[Transcript | None]] = {}

    async def run(self) -> None:
        """Own the questions until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                await asyncio.Event().wait()
            finally:
                self._tasks = None

    def expect(self, heard: Heard) -> None:
        """Ask about what will be the final unless speech goes on."""
        self.drop()
        if self._tasks is not None:
            self._asked = (_key(heard), self._tasks.create_task(self._try(heard.pcm)))

    def drop(self) -> None:
        """Speech goes on: a question still waiting is withdrawn."""
        if self._asked is not None:
            self._asked[1].cancel()
            self._asked = None

    def settle(self, heard: Heard) -> None:
        """A final has come: keep what was asked about it for `of` or `forget`."""
        if self._asked is not None and self._asked[0] == _key(heard):
            self._right[self._asked[0]] = self._asked[1]
            self._asked = None
        self.drop()

    def ask(self, heard: Heard) -> None:
        """Ask about a settled final now if that was not done; not if the last ones still wait."""
        is_free = len(self._right) < AT_ONCE and _key(heard) not in self._right
        if is_free and self._tasks is not None:
            self._right[_key(heard)] = self._tasks.create_task(self._try(heard.pcm))

    async def of(self, heard: Heard) -> Transcript | None:
        """The transcript of a final that was asked about; None: it was not, or it failed."""
        task = self._right.pop(_key(heard), None)
        if task is None:
            return None
        await asyncio.wait({task})
        return None if task.cancelled() else task.result()

    def forget(self, heard: Heard) -> None:
        """Nobody will ask for this one."""
        if task := self._right.pop(_key(heard), None):
            task.cancel()

    async def _try(self, pcm: bytes) -> Transcript | None:
        try:
            return await self._ask(pcm)
        except PoolError:
            return None  # the final is asked about in the usual way


def _key(heard: Heard) -> Key:
    return heard.id, heard.start, heard.end
