"""Face samples of one session: the newest picture only to the pool, what was seen to the table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from models.pool import PoolError
from models.types import FACE, FaceResult
from service import telemetry
from service.live.events import WarningCode
from service.live.tools import Tools
from service.live.video import Picture
from service.tables import Observation

DEADLINE = 2.0
WRITE_EVERY = 20  # observations per transaction
STEADY = 3.0  # seconds a thing must last before it is worth a warning


class Watcher:
    """`see` pictures on the event loop; run `watch()` as a task; `flush()` at the end."""

    def __init__(
        self, tools: Tools, session_id: UUID, *, warn: Callable[[WarningCode], None]
    ) -> None:
        self._tools, self._session_id, self._warn = tools, session_id, warn
        self._newest: Picture | None = None
        self._due = asyncio.Event()
        self._seen: list[Observation] = []
        self._next = float("-inf")  # session time from which a thinned rate has room again
        self._since: tuple[WarningCode, float] | None = None
        self._warned = False

    def see(self, picture: Picture) -> None:
        """Take a picture; one that was not looked at yet is dropped for it."""
        self._newest = picture
        self._due.set()

    async def watch(self) -> None:
        """Task: look at pictures until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            picture, self._newest = self._newest, None
            if picture is not None and self._is_due(picture):
                await self._look(picture)

    def _is_due(self, picture: Picture) -> bool:
        """Whether the pace has room for it; at the full rate every picture is looked at."""
        allowed = self._tools.pace.now().faces_per_second
        if allowed < self._tools.settings.faces_per_second and picture.at < self._next:
            return False
        # Counted on from what was due, as the sampler does: pictures come unevenly.
        interval = 1.0 / allowed
        due = self._next + interval
        self._next = due if due > picture.at else picture.at + interval
        return True

    async def _look(self, picture: Picture) -> None:
        key = str(self._session_id)
        try:
            result = await self._tools.pool.infer(FACE, picture.request, deadline=DEADLINE, key=key)
        except PoolError:
            return  # a sample less; the next is half a second away
        telemetry.FACES.inc()
        self._note(result, picture.at)
        self._seen.append(
            Observation(
                session_id=self._session_id,
                at=picture.at,
                faces=len(result.faces),
                brightness=result.brightness,
                face=asdict(result.faces[0]) if result.faces else None,
                engines=list(result.engines),
            )
        )
        if len(self._seen) >= WRITE_EVERY:
            await self.flush()

    async def flush(self) -> None:
        """Write what was seen and not yet written."""
        seen, self._seen = self._seen, []
        if seen:
            async with self._tools.database.writing() as db:
                db.add_all(seen)

    def _note(self, result: FaceResult, at: float) -> None:
        code: WarningCode | None = None
        if len(result.faces) != 1:
            code = "several_faces" if result.faces else "no_face"
        if code is None:
            self._since = None
        elif self._since is None or self._since[0] != code:
            self._since, self._warned = (code, at), False
        elif not self._warned and at - self._since[1] >= STEADY:
            self._warned = True
            self._warn(code)
