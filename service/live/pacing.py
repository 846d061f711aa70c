"""Leads a live session through the stages of its questions, by the clock or by the candidate."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from service.live import takes
from service.live.errors import no_retakes, question_mismatch
from service.live.events import StageEvent
from service.live.staging import Stage, Standing, Terms, due, limit, may_retake, moved, opened

if TYPE_CHECKING:
    from service.live.session import LiveSession
    from service.live.tools import AskedNow

Wish = Literal["answer", "done", "again"]


class Pacer:
    """One session's. `lock`: the session's own, so that no step overtakes another."""

    def __init__(self, session: LiveSession, lock: asyncio.Lock) -> None:
        self._session, self._lock = session, lock
        self.standing: Standing | None = session.facts.standing

    def note(self, question: AskedNow | None, at: float) -> None:
        """Another question stands (it is written down already), or none."""
        if question is None:
            self.standing = None
            return
        self._set(opened(question.id, question.terms, take=1, at=at))

    def event(self) -> StageEvent | None:
        """How things stand, for the candidate's page."""
        now = self.standing
        if now is None:
            return None
        terms = self._terms(now.question_id)
        return StageEvent(
            session_id=self._session.id,
            question_id=now.question_id,
            stage=now.stage,
            take=now.take,
            takes=terms.retakes + 1,
            seconds=limit(now, terms),
            at=now.at,
        )

    async def ask(self, question_id: UUID, wish: Wish) -> StageEvent:
        """The candidate wants to answer now, is done, or wants another try. Repeats do nothing.

        Raises ServiceError `question_mismatch` or `no_retakes`.
        """
        async with self._lock:
            now = self.standing
            if now is None or now.question_id != question_id:
                raise question_mismatch()
            coming = self._wished(now, wish)
            if coming is not None:
                await self._go(coming)
            event = self.event()
            if event is None:
                raise question_mismatch()
            return event

    async def tick(self) -> None:
        """Go on where the time of a stage is over by the server's clock."""
        async with self._lock:
            now = self.standing
            if now is None or self._session.current != now.question_id:
                return
            used = self._session.clock_view().used
            stage = due(now, self._terms(now.question_id), used=used)
            if stage is not None:
                await self._go(moved(now, stage, at=self._session.clock.now))

    def _wished(self, now: Standing, wish: Wish) -> Standing | None:
        at = self._session.clock.now
        wanted: dict[Wish, tuple[Stage, Stage]] = {
            "answer": ("think", "answer"),
            "done": ("answer", "rest"),
        }
        if wish in wanted:
            before, after = wanted[wish]
            return moved(now, after, at=at) if now.stage == before else None
        if now.stage != "rest" and now.take > 1:
            return None  # it has begun already
        terms = self._terms(now.question_id)
        if not may_retake(now, terms):
            raise no_retakes()
        return opened(now.question_id, terms, take=now.take + 1, at=at)

    async def _go(self, coming: Standing) -> None:
        await takes.write(self._session.tools, self._session.facts, coming)
        connection = self._session.connection
        if connection is not None:
            connection.ear.boundary(coming.at)  # no utterance spans two stages
        self._set(coming)

    def _set(self, coming: Standing) -> None:
        self.standing = coming
        if event := self.event():
            self._session.publish(event)

    def _terms(self, question_id: UUID) -> Terms:
        found = (one.terms for one in self._session.facts.questions if one.id == question_id)
        return next(found, Terms())
