"""Looks after what is missing: fills gaps from journals, joins recordings, takes up what was left.

It is the journal's host: it tells what a session's recording has and misses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from service import telemetry
from service.journal import queries as journal_queries
from service.journal.host import Standing
from service.journal.spans import united
from service.live import queries
from service.live.coverage import spans_of
from service.live.filling import Joined, drop_chunks, fill_gaps, join
from service.live.recovery import recover_recordings, sessions_left
from service.tables import RecordingSource, RecordingState, Session, SessionState

if TYPE_CHECKING:
    from service.live.room import LiveRoom

PERIOD = 10.0
AT_ONCE = 4  # sessions whose gaps are filled side by side
READY_WITHIN = 30.0
TAIL = 600.0  # seconds after the last sound that an interview which broke off may still get


class Mender:
    """`keep()` is a task of the room; `start` makes others in its task group."""

    def __init__(
        self, room: LiveRoom, start: Callable[[Awaitable[None]], asyncio.Task[None]]
    ) -> None:
        self._room, self._tools, self._start = room, room.tools, start
        self._filling: dict[UUID, asyncio.Task[None]] = {}
        self._storing: set[UUID] = set()  # connection ids of gaps being filled
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._joining: set[UUID] = set()
        self._failed: set[UUID] = set()  # sessions whose gaps could not be filled yet
        self._unlike: set[UUID] = set()  # sessions whose parts cannot be joined

    async def standing(self, session_id: UUID) -> Standing:
        """What of a session was recorded. Nothing is settled while a recording is unfinished."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_WITHIN):
                await self._room.recovered.wait()
        async with self._tools.database.reading() as db:
            rows = await queries.recordings(db, session_id)
            session = await db.get_one(Session, session_id)
            broke_off = await queries.unfinished_plan(db, session_id)
        # After the database: what a connection recorded is in memory until its row is complete.
        live = self._room.session(session_id)
        recorded = spans_of(rows, RecordingSource.STREAM, RecordingSource.JOURNAL)
        busy = live.busy | self._storing if live else self._storing
        open_ones = {row.connection_id for row in rows if row.state == RecordingState.OPEN}
        if live is not None:
            recorded = united([*recorded, *live.streamed])
        is_settled = self._room.recovered.is_set() and open_ones <= busy
        edge = recorded[-1][1] if recorded and is_settled else 0.0
        is_over = live is None and session.state == SessionState.CLOSED
        return Standing(
            now=live.clock.now if live else session.media_seconds,
            edge=edge,
            recorded=tuple(recorded),
            tail=TAIL if is_over and broke_off and edge else 0.0,
            busy=session_id in self._filling or not is_settled,
        )

    def fill(self, session_id: UUID) -> None:
        """Fill a session's gaps, unless that is being done."""
        if session_id not in self._filling:
            self._filling[session_id] = self._start(self._fill(session_id))

    async def settled(self, session_id: UUID) -> None:
        """Wait until nothing is being filled there."""
        task = self._filling.get(session_id)
        if task is not None:
            await asyncio.wait({task})

    async def join(self, session_id: UUID) -> None:
        """One recording of all its parts."""
        if session_id in self._joining:
            return  # one after another: the first may be about to take the parts away
        self._joining.add(session_id)
        try:
            await self._join(session_id)
        except Exception as error:  # disk or database: the next round takes it up again
            telemetry.log().error("not_joined", session=str(session_id), error=repr(error))
        finally:
            self._joining.discard(session_id)

    async def _join(self, session_id: UUID) -> None:
        if not await self._is_over(session_id):
            return
        outcome = await join(self._tools, session_id)
        if outcome is Joined.UNLIKE:
            self._unlike.add(session_id)
        if outcome is not Joined.LATER and session_id not in self._failed:
            await drop_chunks(self._tools, session_id)

    async def keep(self) -> None:
        """Task: every 10 s take up what was left over by an outage of disk or database."""
        await self._room.recovered.wait()
        while True:
            await asyncio.sleep(PERIOD)
            try:
                await self._round()
            except Exception as error:  # the next round may fare better
                telemetry.log().error("mending_failed", error=repr(error))

    async def _fill(self, session_id: UUID) -> None:
        try:
            async with self._turn:
                standing = await self.standing(session_id)
                done = await fill_gaps(self._tools, session_id, standing, claims=self._storing)
                if not (await self.standing(session_id)).gaps:
                    await drop_chunks(self._tools, session_id)
            self._failed.discard(session_id)
            if done:
                self._unlike.discard(session_id)
                self._room.backlog.wake()  # what was heard there has no text yet
        except Exception as error:  # the chunks are kept: it is tried again
            self._failed.add(session_id)
            telemetry.log().error("gap_not_filled", session=str(session_id), error=repr(error))
        finally:
            del self._filling[session_id]
        if self._room.session(session_id) is None:
            await self.join(session_id)

    async def _is_over(self, session_id: UUID) -> bool:
        async with self._tools.database.reading() as db:
            session = await db.get_one(Session, session_id)
        return session.state == SessionState.CLOSED

    async def _round(self) -> None:
        room, tools = self._room, self._tools
        busy = set(self._storing).union(*(one.busy for one in room.sessions.values()))
        if await recover_recordings(tools, but=busy):
            room.backlog.wake()
        for facts, draining in await sessions_left(tools, but=room.sessions):
            session = room.admit(facts, always=True)
            if draining:
                session.finish()
        async with tools.database.reading() as db:
            waiting = await journal_queries.with_chunks(db)
            parted = await queries.in_parts(db)
        for session_id in waiting:
            if room.session(session_id) is None and tools.share.owns(session_id):
                self.fill(session_id)
        for session_id in set(parted) - self._unlike - set(self._filling):
            if room.session(session_id) is None and tools.share.owns(session_id):
                await self.join(session_id)
