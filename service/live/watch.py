"""Looks after a live session twice a second: silence on the wire, lost peers, time limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from service import telemetry
from service.live import queries
from service.live.connection import Connection
from service.live.events import SavedEvent, WarningCode
from service.live.tools import End

if TYPE_CHECKING:
    from service.live.session import LiveSession

PERIOD = 0.5
SAVE_EVERY = 5.0


class Watch:
    """One session's watch; `run()` is its task."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session
        self._patience = session.tools.patience
        self._loop = asyncio.get_running_loop()
        self._connection: Connection | None = None
        self._since = self._alone = self._loop.time()
        self._interrupted = False
        self._warned: set[WarningCode] = set()
        self._saved = self._loop.time()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(PERIOD)
            try:
                await self._look()
            except Exception as error:  # a database that is slow for once ends no interview
                telemetry.log().error(
                    "watch_failed", session=str(self._session.id), error=type(error).__name__
                )

    async def _look(self) -> None:
        now = self._loop.time()
        session = self._session
        if session.connection is not self._connection:
            self._changed(session.connection, now)
        if session.connection is None:
            self._wait_for_return(now)
        else:
            await self._inspect(session.connection, now)
        await session.pacer.tick()
        limit = session.facts.limit or session.tools.settings.session_max_seconds
        if session.clock_view().total >= limit:
            session.finish()
        if now - self._saved >= SAVE_EVERY:
            self._saved = now
            await self._save()

    def _changed(self, connection: Connection | None, now: float) -> None:
        if connection is None:
            self._alone = now
        self._connection, self._since = connection, now
        self._warned.clear()

    def _wait_for_return(self, now: float) -> None:
        if now - self._alone >= self._session.tools.settings.reconnect_seconds:
            self._session.finish(End.FINISHED if self._session.begun else End.ABANDONED)

    async def _inspect(self, connection: Connection, now: float) -> None:
        session, peer = self._session, connection.peer
        last = peer.last_arrival
        lost = peer.state in {"failed", "closed"}
        if last is None:
            lost = lost or now - self._since >= self._patience.connect
        else:
            silent = now - last
            lost = lost or silent >= self._patience.gone
            self._tell_silence(silent)
            self._tell_tracks(connection, now)
        failure = connection.recorder.failure if connection.recorder else None
        if failure is not None:  # the browser keeps on, and comes back when there is room
            self._warn_once("storage_full")
            lost = True
        if lost:
            telemetry.log().info("connection_lost", connection=str(connection.id))
            session.retire(connection)
            await session.lost()

    def _tell_silence(self, silent: float) -> None:
        if silent >= self._patience.interrupted and not self._interrupted:
            self._interrupted = True
            self._session.warn("interrupted")
        elif silent < self._patience.interrupted and self._interrupted:
            self._interrupted = False
            self._session.warn("resumed")

    def _tell_tracks(self, connection: Connection, now: float) -> None:
        if now - self._since < self._patience.track:
            return
        codes: dict[str, WarningCode] = {"audio": "no_audio", "video": "no_video"}
        for kind, code in codes.items():
            if kind == "video" and kind not in connection.kinds:
                continue  # an interview by voice alone is allowed
            last = connection.peer.arrived(kind)
            if not self._interrupted and (last is None or now - last >= self._patience.track):
                self._warn_once(code)
            else:
                self._warned.discard(code)

    def _warn_once(self, code: WarningCode) -> None:
        if code not in self._warned:
            self._warned.add(code)
            self._session.warn(code)

    async def _save(self) -> None:
        session, connection = self._session, self._connection
        if not session.begun or connection is None or connection.recorder is None:
            return
        connection.keep_skew()
        until = connection.recorder.recorded_until
        session.publish(SavedEvent(session_id=session.id, recorded_until=until))
        async with session.tools.database.writing() as db:
            await queries.touch(db, session.id, until)
