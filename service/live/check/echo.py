"""Says back what is heard, with the interview's own engine. No sound and no text is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from uuid import UUID

from models.pool import PoolError
from models.types import PARTIAL, TranscribeRequest
from service.live.ear import Heard
from service.live.events import CaptionEvent
from service.live.following import Follower
from service.live.tools import Tools
from service.live.utterances import transcribe
from service.tables import UtteranceStatus

PARTIAL_DEADLINE = 2.0
PARTIAL_REST = 0.7  # seconds between two passing captions at least
QUEUE = 4  # utterances; beyond it the oldest goes unsaid: it is a test


class Echo:
    """`hear` never waits; `run()` is its task. `show` gets each caption."""

    def __init__(
        self, tools: Tools, session_id: UUID, *, language: str, show: Callable[[CaptionEvent], None]
    ) -> None:
        self._pool, self._session_id, self._language = tools.pool, session_id, language
        self._show = show
        self._engine = tools.engines.for_language(language)
        self._finals: asyncio.Queue[Heard] = asyncio.Queue(QUEUE)
        self._over: set[UUID] = set()  # utterances whose passing captions no longer count
        self._newest: Heard | None = None
        self._due = asyncio.Event()
        self._follower: Follower | None = None
        if self._engine.hears_live:
            self._follower = Follower(tools.pool, language, on_text=self._pass)

    def hear(self, heard: Heard) -> None:
        """Take an utterance, or the newest state of the one being spoken."""
        if self._follower is not None:
            self._follower.tell(heard)
        elif not heard.final:
            self._newest = heard
            self._due.set()
        if heard.final:
            self._newest = None
            self._over.add(heard.id)
            if self._finals.full():
                self._forget(self._finals.get_nowait())
            self._finals.put_nowait(heard)

    async def run(self) -> None:
        """Caption until cancelled."""
        async with AsyncExitStack() as stack:
            if self._follower is not None:
                await stack.enter_async_context(self._follower)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._guess())
                tasks.create_task(self._write())

    def _forget(self, heard: Heard) -> None:
        if self._follower is not None:
            self._follower.forget(heard)

    async def _write(self) -> None:
        while True:
            heard = await self._finals.get()
            found = await self._follower.of(heard) if self._follower is not None else None
            if found is not None:
                self._tell(heard, found.text, status=UtteranceStatus.DONE)
                continue
            outcome = await transcribe(self._pool, heard.pcm, self._language)
            text = outcome.transcript.text if outcome.transcript is not None else ""
            self._tell(heard, text, status=outcome.status)

    async def _guess(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            heard, self._newest = self._newest, None
            if heard is None:
                continue
            request = TranscribeRequest(heard.pcm, self._language)
            key = str(self._session_id)
            try:
                found = await self._pool.infer(PARTIAL, request, deadline=PARTIAL_DEADLINE, key=key)
            except PoolError:
                await asyncio.sleep(PARTIAL_DEADLINE)
                continue
            self._pass(heard, found.text)
            await asyncio.sleep(PARTIAL_REST)

    def _pass(self, heard: Heard, text: str) -> None:
        if text and heard.id not in self._over:
            self._tell(heard, text, status=UtteranceStatus.PENDING)

    def _tell(self, heard: Heard, text: str, *, status: UtteranceStatus) -> None:
        self._show(
            CaptionEvent(
                session_id=self._session_id,
                utterance_id=heard.id,
                question_id=None,
                start=heard.start,
                end=heard.end,
                text=text,
                is_final=heard.final,
                status=status,
                engine=self._engine.engine,
                is_fallback=self._engine.is_fallback,
            )
        )
