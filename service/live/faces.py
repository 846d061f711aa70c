"""Face samples of one session: encoded pictures to the pool, what was seen to the table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from models.pool import PoolError, TaskFailed
from models.types import FACE, FaceResult, LookRequest
from service import telemetry
from service.live.events import WarningCode
from service.live.tools import Tools
from service.live.video import Chunk, Pictures
from service.tables import Observation

DEADLINE = 2.0
WRITE_EVERY = 20  # observations per transaction
# Lids, gaze and expression are two thirds of a look's work and change more slowly than they are
# worth: looks come twice a second, these as soon as so many seconds have passed.
EYES_EVERY, EXPRESSION_EVERY = 0.8, 1.6
STEADY = 3.0  # seconds a thing must last before it is worth a warning


class Watcher:
    """`see` that pictures have come; run `watch()` as a task; `flush()` at the end."""

    def __init__(
        self, tools: Tools, session_id: UUID, *, warn: Callable[[WarningCode], None]
    ) -> None:
        self._tools, self._session_id, self._warn = tools, session_id, warn
        self._pictures: Pictures | None = None
        self._due = asyncio.Event()
        self._seen: list[Observation] = []
        self._next = float("-inf")  # session time of the next picture to look at
        self._eyes_due = self._expression_due = float("-inf")
        self._since: tuple[WarningCode, float] | None = None
        self._warned = False

    def see(self, pictures: Pictures, at: float) -> None:
        """There is a new picture, of session time `at`, the last of `pictures`."""
        self._pictures = pictures
        if at >= self._next:
            self._due.set()

    async def watch(self) -> None:
        """Task: look at pictures until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            pictures = self._pictures
            chunk = pictures.chunk() if pictures else None
            if pictures is not None and chunk is not None:
                self._plan_next(chunk.at)
                await self._look(pictures, chunk)

    @property
    def _allowed(self) -> bool:
        return self._tools.settings.expression_allowed

    def _plan_next(self, at: float) -> None:
        """Count on from what was due, since pictures come unevenly."""
        interval = 1.0 / self._tools.pace.now().faces_per_second
        due = self._next + interval
        self._next = due if due > at else at + interval

    async def _look(self, pictures: Pictures, chunk: Chunk) -> None:
        stream = pictures.stream
        request = LookRequest(
            *(stream, chunk.codec, chunk.first, chunk.frames, chunk.fresh),
            eyes=chunk.at >= self._eyes_due,
            expression=self._allowed and chunk.at >= self._expression_due,
        )
        try:
            answer = await self._tools.pool.infer(FACE, request, deadline=DEADLINE, key=stream)
        except TaskFailed:
            pictures.restart()
            return
        except PoolError:
            return  # what was not looked at goes with the next
        if answer.seen is None:  # another worker than before, or a broken picture
            pictures.restart()
            return
        pictures.looked(chunk)
        if request.eyes:
            self._eyes_due = chunk.at + EYES_EVERY
        if request.expression:
            self._expression_due = chunk.at + EXPRESSION_EVERY
        await self._keep(answer.seen, chunk.at)

    async def _keep(self, result: FaceResult, at: float) -> None:
        telemetry.FACES.inc()
        self._note(result, at)
        self._seen.append(
            Observation(
                session_id=self._session_id,
                at=at,
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
