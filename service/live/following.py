"""Follows what is being spoken with an engine that hears piece by piece.

Its words are there when the speaker ends, but for a moment: all sound but the last piece was heard
while it came, and what has been heard so far is the passing caption. Whatever goes wrong on the
way, the utterance's whole sound is at hand, and it is transcribed in the usual way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self
from uuid import UUID

from models.pool import Pool, PoolError
from models.types import HEAR, SAMPLE_RATE, Hearing, HearRequest, Transcript
from service import telemetry
from service.live.ear import Heard

# A piece has until its utterance ends, which is later than the end of those that are over: the
# pool serves the earlier deadline first, so ends go before pieces until these have waited as long
# as the two differ. Both are patient: giving up would have the whole utterance heard once more.
END_DEADLINE = 50.0
OPEN_DEADLINE = 60.0
STARTS = 3  # how often an utterance is sent again from an earlier place: workers die, and forget
SHORTEST = SAMPLE_RATE // 4  # samples of a piece worth sending before the utterance ends
WIDTH = 2  # bytes per sample

OnText = Callable[[Heard, str], None]


class Followed:
    """One utterance on its way through the engine: a state of it at a time, each longer."""

    def __init__(self, newest: Heard) -> None:
        self.newest = newest
        self._changed = asyncio.Event()

    def tell(self, heard: Heard) -> None:
        """There is more of it, or it is over."""
        self.newest = heard
        self._changed.set()

    async def beyond(self, sent: int) -> Heard:
        """Its newest state, once that has a piece beyond `sent` samples or is the last."""
        while not self.newest.final and len(self.newest.pcm) // WIDTH - sent < SHORTEST:
            self._changed.clear()
            await self._changed.wait()
        return self.newest


class Follower:
    """One session's. Enter it in a task; outside of it nothing is followed."""

    def __init__(self, pool: Pool, language: str, *, on_text: OnText) -> None:
        self._pool, self._language, self._on_text = pool, language, on_text
        self._tasks: asyncio.TaskGroup | None = None
        self._open: Followed | None = None
        self._running: dict[UUID, asyncio.Task[Transcript | None]] = {}
        self._voice = b""

    async def __aenter__(self) -> Self:
        self._tasks = await asyncio.TaskGroup().__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks, self._tasks = self._tasks, None
        for task in self._running.values():
            task.cancel()
        if tasks is not None:
            await tasks.__aexit__(kind, error, trace)

    def tell(self, heard: Heard) -> None:
        """Take the newest state of what is being spoken, or the utterance as it ended."""
        if self._open is not None and self._open.newest.id == heard.id:
            self._open.tell(heard)
        elif self._tasks is not None:
            self._leave()
            self._open = Followed(heard)
            self._running[heard.id] = self._tasks.create_task(self._follow(self._open))
        if heard.final:
            self._open = None

    async def of(self, heard: Heard) -> Transcript | None:
        """The transcript of a final that was told of; None: hear it in the usual way."""
        task = self._running.get(heard.id)
        if task is None:
            return None
        await asyncio.wait({task})
        self._running.pop(heard.id, None)
        return None if task.cancelled() else task.result()

    def forget(self, heard: Heard) -> None:
        """Nobody will ask for this one."""
        if task := self._running.pop(heard.id, None):
            task.cancel()

    def _leave(self) -> None:
        """An utterance that never ended is of no interest when another begins."""
        if self._open is not None:
            self.forget(self._open.newest)

    async def _follow(self, utterance: Followed) -> Transcript | None:
        sent = starts = 0
        try:
            while starts <= STARTS:
                heard = await utterance.beyond(sent)
                found = await self._ask(heard, sent)
                if found.transcript is not None:
                    return found.transcript
                starts += found.heard < max(sent, len(heard.pcm) // WIDTH)
                sent = found.heard
                if found.text and not utterance.newest.final:
                    self._on_text(heard, found.text)
        except PoolError as error:
            telemetry.log().info("utterance_not_followed", error=type(error).__name__)
        return None

    async def _ask(self, heard: Heard, sent: int) -> Hearing:
        total = len(heard.pcm) // WIDTH
        request = HearRequest(
            utterance=str(heard.id),
            offset=sent,
            pcm=heard.pcm[sent * WIDTH :],
            language=self._language,
            length=total if heard.final else None,
            voice=self._voice,
        )
        deadline = END_DEADLINE if heard.final else OPEN_DEADLINE
        found = await self._pool.infer(HEAR, request, deadline=deadline, key=str(heard.id))
        self._voice = found.voice or self._voice
        return found
