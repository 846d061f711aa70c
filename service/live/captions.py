"""Utterances into captions: kept first, transcribed then, so that no sound is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from uuid import UUID

from models.pool import PoolError
from models.types import PARTIAL, TRANSCRIBE, TranscribeRequest, Transcript
from service import telemetry
from service.access.engines import EngineInfo
from service.live.ear import Heard
from service.live.events import CaptionEvent
from service.live.following import Follower
from service.live.foresight import Foresight
from service.live.tools import Tools
from service.live.utterances import DEADLINE, Outcome, caption, keep, settle, transcribe
from service.tables import Utterance, UtteranceStatus

PARTIAL_DEADLINE = 2.0
PARTIAL_EVERY = 1.0
STATE_JITTER = 0.3  # states of what is being spoken come by the batch of voice activity
KEEP_TRIES = 10
LONGEST_PAUSE = 8.0  # seconds between two tries
QUEUE = 32  # utterances at most 18 s long: ten minutes of speech not yet kept or transcribed


class Captioner:
    """One session's utterances. `hear` never waits.

    An engine that can hears them while they are spoken (`follower`); another is asked for passing
    captions, and for the final when its pause begins (`foresight`).

    `keep`, `write` and `guess` are its tasks, and `foresight.run`, without which every final is
    asked about only when its pause has lasted.
    `question_at` tells which question stood at a session time. A full queue leaves the
    transcription to the backlog (the sound is kept all the same).
    """

    def __init__(
        self,
        tools: Tools,
        session_id: UUID,
        *,
        language: str,
        question_at: Callable[[float], UUID | None],
    ) -> None:
        self.publish: Callable[[CaptionEvent], None] = lambda event: None
        self.claimed: set[UUID] = set()  # the backlog leaves these to us
        self._tools, self._session_id, self._language = tools, session_id, language
        self._question_at = question_at
        self._coming: asyncio.Queue[tuple[Heard, float] | None] = asyncio.Queue()
        self._kept: asyncio.Queue[tuple[Heard, float] | None] = asyncio.Queue(QUEUE)
        self._newest: Heard | None = None
        self._told_of: Heard | None = None  # the last state that a guess was due for
        self._due = asyncio.Event()
        self.foresight = Foresight(self._ask)
        self.follower: Follower | None = None
        engine = tools.engines.for_language(language)
        if engine.hears_live:
            show = partial(self._pass, by=engine)
            self.follower = Follower(tools.pool, language, on_text=show)

    def hear(self, heard: Heard) -> None:
        """Take an utterance, or the newest state of the one being spoken."""
        if self.follower is not None:
            self.follower.tell(heard)
        elif not heard.final:
            self._foresee(heard)
        if heard.final:
            self._newest = None
            self.foresight.settle(heard)
            if self.follower is None:
                self.foresight.ask(heard)
            self.claimed.add(heard.id)
            # Without a bound: an utterance waits here only while the disk or database does.
            self._coming.put_nowait((heard, asyncio.get_running_loop().time()))

    def _foresee(self, heard: Heard) -> None:
        if not heard.likely:
            self.foresight.drop()
            last = self._told_of if self._told_of and self._told_of.id == heard.id else None
            if heard.end - (last.end if last else heard.start) >= PARTIAL_EVERY:
                self._newest = self._told_of = heard
                self._due.set()
        elif self._tools.pace.now().early:
            self.foresight.expect(heard)

    def end(self) -> None:
        """Nothing more will be heard: the tasks end when all is done."""
        self._coming.put_nowait(None)

    async def keep(self) -> None:
        """Task: store each utterance's sound and row, then pass it on."""
        while (item := await self._coming.get()) is not None:
            row = await self._keep(item[0])
            if row is None:
                self._forget(item[0])
                continue
            self.publish(caption(row))
            try:
                self._kept.put_nowait(item)
            except asyncio.QueueFull:
                self._forget(item[0])
                self.claimed.discard(item[0].id)
        await self._kept.put(None)

    def _forget(self, heard: Heard) -> None:
        self.foresight.forget(heard)
        if self.follower is not None:
            self.follower.forget(heard)

    async def _keep(self, heard: Heard) -> Utterance | None:
        question_id = self._question_at((heard.start + heard.end) / 2)
        for attempt in range(KEEP_TRIES):
            try:
                return await keep(self._tools, self._session_id, heard, question_id=question_id)
            except Exception as error:  # disk or database: the recording still holds the sound
                telemetry.log().error(
                    "utterance_not_kept", session=str(self._session_id), error=type(error).__name__
                )
                await asyncio.sleep(min(LONGEST_PAUSE, 0.5 * 2**attempt))
        self.claimed.discard(heard.id)
        return None

    async def write(self) -> None:
        """Task: transcribe what is kept, in order. What is being spoken is followed meanwhile."""
        async with AsyncExitStack() as stack:
            if self.follower is not None:
                await stack.enter_async_context(self.follower)
            while (item := await self._kept.get()) is not None:
                await self._write(*item)

    async def _write(self, heard: Heard, at: float) -> None:
        try:
            outcome = await self._hear_out(heard)
            event = await settle(self._tools, heard.id, outcome)
        finally:
            self.claimed.discard(heard.id)
        if event is not None:
            if event.status is UtteranceStatus.DONE:
                late = asyncio.get_running_loop().time() - at
                telemetry.CAPTION_SECONDS.observe(late)
            self.publish(event)

    async def _hear_out(self, heard: Heard) -> Outcome:
        early = self.foresight if self.follower is None else self.follower
        transcript = await early.of(heard)
        if transcript is not None:
            return Outcome(UtteranceStatus.DONE, transcript)
        return await transcribe(self._tools.pool, heard.pcm, self._language)

    async def _ask(self, pcm: bytes) -> Transcript:
        request = TranscribeRequest(pcm, self._language)
        return await self._tools.pool.infer(TRANSCRIBE, request, deadline=DEADLINE)

    async def guess(self) -> None:
        """Task: a passing caption of what is being spoken, of the newest state only."""
        while True:
            await self._due.wait()
            self._due.clear()
            heard, self._newest = self._newest, None
            if heard is None:
                continue
            pace = self._tools.pace.now()
            if not pace.partials or heard.end - heard.start > pace.partial_sound:
                continue
            loop = asyncio.get_running_loop()
            began = loop.time()
            late = not await self._guess(heard)
            # A slow engine or a busy pool gets as long a rest as it worked, or two deadlines.
            # States come once a second: a period ends a little before the one that is due.
            worked = loop.time() - began
            rest = max(worked, pace.partial_period - STATE_JITTER - worked)
            await asyncio.sleep(2 * PARTIAL_DEADLINE if late else rest)

    async def _guess(self, heard: Heard) -> bool:
        """Publish a passing caption; False when the pool had no time for it."""
        request = TranscribeRequest(heard.pcm, self._language)
        key = str(self._session_id)
        try:
            found = await self._tools.pool.infer(
                PARTIAL, request, deadline=PARTIAL_DEADLINE, key=key
            )
        except PoolError:
            return False
        self._pass(heard, found.text, by=EngineInfo(found.engine, found.is_fallback))
        return True

    def _pass(self, heard: Heard, text: str, *, by: EngineInfo) -> None:
        """Publish a passing caption, unless its utterance is over: its final caption comes."""
        if heard.id in self.claimed or not text:
            return
        self.publish(
            CaptionEvent(
                session_id=self._session_id,
                utterance_id=heard.id,
                question_id=self._question_at(heard.start),
                start=heard.start,
                end=heard.end,
                text=text,
                is_final=False,
                status=UtteranceStatus.PENDING,
                engine=by.engine,
                is_fallback=by.is_fallback,
            )
        )
