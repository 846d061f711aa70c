"""Transcribes what was kept without a text: after a crash, or once an engine has appeared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from service import telemetry
from service.blobs import BlobMissing
from service.live import flac, queries
from service.live.tools import Tools
from service.live.utterances import Outcome, settle, transcribe
from service.tables import Session, SessionState, Utterance, UtteranceStatus

PERIOD = 15.0
BATCH = 20


class Backlog:
    """`run()` is a task of the room. `is_claimed` tells what a live session is at."""

    def __init__(self, tools: Tools, is_claimed: Callable[[UUID], bool]) -> None:
        self._tools, self._is_claimed = tools, is_claimed
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is something new: make the next pass now."""
        self._woken.set()

    async def run(self) -> None:
        """A pass now, every 15 s and whenever woken, until cancelled."""
        while True:
            self._woken.clear()
            try:
                await self.work()
            except Exception as error:  # the next pass may fare better
                telemetry.log().error("backlog_failed", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD):
                    await self._woken.wait()

    async def work(self) -> int:
        """One pass over all of ours that waits; how many got their text."""
        missing: set[str] = set()  # languages that no engine at hand covers
        done, last = 0, None
        while True:
            async with self._tools.database.reading() as db:
                rows = await queries.unheard(db, but=missing, limit=BATCH, after=last)
            if not rows:
                return done
            last = rows[-1][0]
            for row, language in rows:
                if not self._is_ours(row):
                    continue
                if language in missing:
                    outcome = Outcome(UtteranceStatus.WAITING)
                else:
                    outcome = await self._hear(row, language)
                if outcome.status is UtteranceStatus.WAITING:
                    missing.add(language)
                done += outcome.status is UtteranceStatus.DONE
                await self._write(row, outcome)

    def _is_ours(self, row: Utterance) -> bool:
        """Neither another worker's, nor one that a session here is about to settle itself."""
        return self._tools.share.owns(row.session_id) and not self._is_claimed(row.id)

    async def _hear(self, row: Utterance, language: str) -> Outcome:
        try:
            pcm = await asyncio.to_thread(
                flac.from_flac, await self._tools.blobs.get(row.audio_key)
            )
        except (BlobMissing, ValueError):
            telemetry.log().error("utterance_sound_missing", utterance=str(row.id))
            return Outcome(UtteranceStatus.FAILED)
        return await transcribe(self._tools.pool, pcm, language)

    async def _write(self, row: Utterance, outcome: Outcome) -> None:
        if outcome.status is UtteranceStatus(row.status) is UtteranceStatus.WAITING:
            return  # nothing new
        event = await settle(self._tools, row.id, outcome)
        if event is None:
            return
        self._tools.bus.publish(row.session_id, event)
        async with self._tools.database.reading() as db:
            session = await db.get(Session, row.session_id)
            rest = await queries.count_unheard(db, row.session_id)
        if session is not None and session.state == SessionState.CLOSED and rest == 0:
            await self._tools.on_closed(row.session_id)
