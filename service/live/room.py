"""The live room: which interviews run here, how many may, and what happens at start and end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from types import TracebackType
from typing import Self
from uuid import UUID

from service import telemetry
from service.live import opus, queries, records
from service.live.admission import FLOOR, Admission, Budget
from service.live.backlog import Backlog
from service.live.check.room import CheckRoom
from service.live.errors import at_capacity, elsewhere
from service.live.machine import Machine
from service.live.mending import Mender
from service.live.recovery import recover_recordings, sessions_left
from service.live.session import LiveSession
from service.live.tools import End, Facts, Tools
from service.memory import Sweeper
from service.tables import SessionState

MEASURE_EVERY = 1.0
CLOSE_WITHIN = 20.0


def _warm_up() -> None:
    """Load what the first candidate would else wait for on the event loop."""
    opus.warm_up()


async def _run(work: Awaitable[None]) -> None:
    await work


class LiveRoom:
    """`async with LiveRoom(tools)`: recovers what a crash left, then takes sessions in."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.sessions: dict[UUID, LiveSession] = {}
        self.recovered = asyncio.Event()
        self.backlog = Backlog(tools, self._is_claimed)
        settings = tools.settings
        self.admission = Admission(
            Budget(settings.session_limit, measured=settings.admission == "measured")
        )
        self.checks = CheckRoom(tools, self._is_full)
        self._tasks = asyncio.TaskGroup()
        self._runs: set[asyncio.Task[None]] = set()
        self._sweeper = Sweeper()
        self._keepers: list[asyncio.Task[None]] = []
        self.mender = Mender(self, lambda work: self._tasks.create_task(_run(work)))

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(_warm_up)
        await self._tasks.__aenter__()
        await self.checks.__aenter__()
        self._keepers = [
            self._tasks.create_task(self._recover(), name="recover"),
            self._tasks.create_task(self.backlog.run(), name="backlog"),
            self._tasks.create_task(self._measure(), name="measure"),
            self._tasks.create_task(self.mender.keep(), name="mender"),
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Suspend what runs: recordings are stored, the rest goes on with the next start."""
        self.tools.bus.close()
        for session in self.sessions.values():
            session.finish(End.SUSPENDED)
        if self._runs:
            _, late = await asyncio.wait(self._runs, timeout=CLOSE_WITHIN)
            for task in late:
                task.cancel()
        for task in self._keepers:
            task.cancel()
        await self.checks.__aexit__(None, None, None)
        await self._tasks.__aexit__(None, None, None)

    def session(self, session_id: UUID) -> LiveSession | None:
        """The session if it runs here."""
        return self.sessions.get(session_id)

    def admit(self, facts: Facts, *, always: bool = False) -> LiveSession:
        """The running session, or a new one. Raises ServiceError `at_capacity`, `not_ready`.

        `always`: a session that had begun already comes back in whatever is measured.
        """
        found = self.sessions.get(facts.session_id)
        if found is not None:
            return found
        if not self.tools.share.owns(facts.session_id):
            raise elsewhere()
        if always:
            self.admission.line.leave(facts.session_id)
        else:
            self._require_place(facts.session_id)
        session = LiveSession(self.tools, facts)
        self.sessions[session.id] = session
        telemetry.SESSIONS_LIVE.set(len(self.sessions))
        task = self._tasks.create_task(self._run(session), name=f"session-{session.id}")
        self._runs.add(task)
        task.add_done_callback(self._runs.discard)
        return session

    def _require_place(self, session_id: UUID) -> None:
        now = asyncio.get_running_loop().time()
        decision = self.admission.decide(session_id, running=len(self.sessions), now=now)
        if decision.admit:
            return
        telemetry.log().info(
            "candidate_waits",
            session=str(session_id),
            reason=decision.reason,
            place=decision.place,
        )
        raise at_capacity(decision.place, decision.retry_after)

    def _is_full(self) -> bool:
        """Whether device checks would take from interviews what these need."""
        if self.tools.settings.admission != "measured":
            return False
        busy = len(self.sessions) + len(self.checks) >= FLOOR
        return busy and any(self.admission.budget.shut.values())

    async def _measure(self) -> None:
        """Keep the budget informed, and the metrics about it."""
        machine, budget, line = Machine(), self.admission.budget, self.admission.line
        while True:
            before = budget.shut
            try:
                budget.measure(machine.measure(self.tools.pool.load()))
                budget.elsewhere = await self._count_elsewhere()
            except Exception as error:  # the interviews go on although nothing can be measured
                telemetry.log().error("measuring_failed", error=repr(error))
            line.expire(asyncio.get_running_loop().time())
            telemetry.CANDIDATES_WAITING.set(len(line))
            for reason, is_shut in budget.shut.items():
                telemetry.ADMISSION_SHUT.labels(reason).set(is_shut)
                if is_shut is not before[reason]:
                    telemetry.log().info("admission", reason=reason, is_shut=is_shut)
            await asyncio.sleep(MEASURE_EVERY)

    async def _count_elsewhere(self) -> int:
        """Interviews in other media workers, as the database has them."""
        share = self.tools.share
        if share.of == 1:
            return 0
        async with self.tools.database.reading() as db:
            return sum(not share.owns(one) for one in await queries.running_ids(db))

    def _is_claimed(self, utterance_id: UUID) -> bool:
        return any(utterance_id in one.captions.claimed for one in self.sessions.values())

    async def _run(self, session: LiveSession) -> None:
        end = End.FINISHED
        try:
            end = await session.run()
        except Exception as error:  # one session's failure must not reach the others
            telemetry.log().error(
                "session_failed", session=str(session.id), error=repr(error), exc_info=error
            )
            await self._fail(session)
        finally:
            del self.sessions[session.id]
            telemetry.SESSIONS_LIVE.set(len(self.sessions))
            self._sweeper.soon()
        if end is End.FINISHED:
            self.mender.fill(session.id)  # a last time, with all that came
            await self.mender.settled(session.id)
            await self.mender.join(session.id)
            await self._tell(session.id)

    async def _fail(self, session: LiveSession) -> None:
        with suppress(Exception):
            await session.abort()
        with suppress(Exception):
            await records.step_back(self.tools, session.facts, to=SessionState.FAILED)

    async def _tell(self, session_id: UUID) -> None:
        try:
            await self.tools.on_closed(session_id)
        except Exception as error:
            telemetry.log().error("after_close_failed", session=str(session_id), exc_info=error)

    async def _recover(self) -> None:
        try:
            await recover_recordings(self.tools)
            self.backlog.wake()  # what was heard there has no text yet
            for facts, draining in await sessions_left(self.tools):
                session = self.admit(facts, always=True)
                if draining:
                    session.finish()
        except Exception as error:  # the server serves although an old file cannot be read
            telemetry.log().error("recovery_failed", exc_info=error)
        finally:
            self.recovered.set()
