"""One live interview: an actor that owns its connections and everything that hangs on them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError

from service import telemetry
from service.journal.spans import Span, united
from service.live import records
from service.live.binding import question_at
from service.live.captions import Captioner
from service.live.connection import EAR_DEADLINE, Connection, Handlers
from service.live.coverage import answered
from service.live.errors import not_found, session_over
from service.live.events import (
    CLIENT_MESSAGE,
    CaptionEvent,
    ClockView,
    Event,
    PingMessage,
    PongEvent,
    QuestionEvent,
    RatingEvent,
    StateEvent,
    WarningCode,
    WarningEvent,
)
from service.live.faces import Watcher
from service.live.pacing import Pacer
from service.live.peer import Listener
from service.live.signalling import Fragment, Offer
from service.live.tools import AskedNow, End, Facts, SessionClock, Tools
from service.live.watch import Watch
from service.tables import SessionState, new_id

T = TypeVar("T")
MESSAGES_PER_SECOND = 20
REPLAYED = 20  # final captions sent again to a candidate who comes back
SILENT = 1.5  # seconds without a packet after which the candidate's clock stands still
TRIES, RETRY_AFTER = 30, 1.0  # for what must be written down, while the database is away


class LiveSession:
    """Start `run()` as a task, then call the rest from the same event loop."""

    def __init__(self, tools: Tools, facts: Facts) -> None:
        self.tools, self.facts = tools, facts
        self._patience = tools.patience
        self.id = facts.session_id
        self.clock = SessionClock(facts.elapsed, running=facts.begun)
        self.state = SessionState.CONNECTING
        self.connection: Connection | None = None
        self.current = facts.current
        self.begun = facts.begun
        self.captions = Captioner(
            tools, self.id, language=facts.language, question_at=self.question_at
        )
        self.captions.publish = self._caption
        self.closed = asyncio.Event()
        self._faces = Watcher(tools, self.id, warn=self.warn)
        self._asked = list(facts.asked)
        self._finals: deque[CaptionEvent] = deque(maxlen=REPLAYED)
        self._ended_ids: set[UUID] = set()
        self._end: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self._tasks: asyncio.TaskGroup | None = None
        self._started = asyncio.Event()
        self._ears: dict[UUID, asyncio.Task[None]] = {}
        self._past = list(facts.streamed)  # where ended connections brought sound
        self._connections: list[Connection] = []  # whose sound is not among `_past` yet
        self.busy: set[UUID] = set()  # connections whose recording is ours to store
        self._retiring: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()
        self.pacer = Pacer(self, self._lock)
        self._floor = facts.elapsed
        self._tokens = float(MESSAGES_PER_SECOND)
        self._refilled = 0.0

    async def run(self) -> End:
        """Live until finished, suspended or abandoned; then drain. How it ended."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            writing = [tasks.create_task(self.captions.keep())]
            writing.append(tasks.create_task(self.captions.write()))
            passing = [
                tasks.create_task(self.captions.guess()),
                tasks.create_task(self.captions.foresight.run()),
                tasks.create_task(self._faces.watch()),
                tasks.create_task(Watch(self).run()),
            ]
            self._started.set()
            end = await self._end
            await self._drain(end, writing=writing, passing=passing)
        self.closed.set()
        return end

    # What the endpoints ask for.

    async def connect(self, offer: Offer) -> tuple[UUID, str]:
        """Answer an offer; an earlier connection of the session ends. (connection id, answer)"""
        await self._started.wait()
        async with self._lock:
            if self._end.done() or self._tasks is None:
                raise session_over()
            connection = self._new_connection()
            answer = await connection.open(offer)
            self.busy.add(connection.id)
            try:
                await records.begin_connection(self.tools, self.facts, connection.id)
            except BaseException:
                self.busy.discard(connection.id)
                await connection.stop()
                await connection.close()
                raise
            if self.connection is not None:
                self._hand_over(self.connection)
            self._ears[connection.id] = self._tasks.create_task(connection.ear.listen())
            self.connection = connection
            self._connections.append(connection)
            self._moved(SessionState.CONNECTING)
        return connection.id, answer

    async def trickle(self, connection_id: UUID, fragment: Fragment) -> None:
        """Add candidates to the current connection. Raises ServiceError 404."""
        if self.connection is None or self.connection.id != connection_id:
            raise not_found()
        await self.connection.peer.add(fragment)

    def disconnect(self, connection_id: UUID) -> bool:
        """End a connection; False when the session never had it. A repeat changes nothing."""
        if self.connection is not None and self.connection.id == connection_id:
            self.retire(self.connection)
        return connection_id in self._ended_ids

    async def advance(self, question_id: UUID) -> AskedNow | None:
        """Go on from the current question; the one that stands now."""
        async with self._lock:
            at = max(self.clock.now, self._asked[-1][1] if self._asked else 0.0)
            done = await records.advance(self.tools, self.facts, question_id, at=at)
            if done.moved:
                self._note_question(done.question, at)
        return done.question

    def finish(self, end: End = End.FINISHED) -> None:
        """Let the session end; `closed` is set when all is written."""
        if not self._end.done():
            self._end.set_result(end)

    async def abort(self) -> None:
        """After `run()` has failed: close the connection and store what was recorded."""
        connection, self.connection = self.connection, None
        self.finish(End.ABANDONED)
        if connection is not None and connection.id not in self._ended_ids:
            await connection.stop()
            await connection.close()
            await self._store(connection)
        self.closed.set()

    # What the parts tell.

    def question_at(self, at: float) -> UUID | None:
        """The question that stood at a session time."""
        return question_at(self._asked, at)

    @property
    def streamed(self) -> list[Span]:
        """Where sound came over connections, as far as it lies on disk."""
        recorders = (one.recorder for one in self._connections)
        here = [span for one in recorders if one is not None for span in one.sound.spans]
        return united([*self._past, *here])

    @property
    def is_heard(self) -> bool:
        """Sound comes in and is written at this moment: the candidate's clock runs."""
        connection = self.connection
        if connection is None or connection.recorder is None or connection.recorder.failure:
            return False
        last = connection.peer.last_arrival
        return last is not None and asyncio.get_running_loop().time() - last < SILENT

    def clock_view(self) -> ClockView:
        """How long the candidate has had; it stands still while nothing is heard."""
        spans, now, running = self.streamed, self.clock.now, self.is_heard
        if running and self.connection is not None and self.connection.recorder is not None:
            # What comes in lies on disk up to half a second later.
            spans = united([*spans, *self.connection.recorder.coming(now)])
        standing = self.current is not None and self._asked
        stage = self.pacer.standing
        since = stage.at if stage is not None else self._asked[-1][1] if standing else now
        used = answered(spans, since, now) if standing else 0.0
        return ClockView(at=now, used=used, total=answered(spans, 0.0, now), running=running)

    def publish(self, event: Event) -> None:
        """Tell HR, and the candidate unless it is a rating."""
        self.tools.bus.publish(self.id, event)
        if self.connection is not None and not isinstance(event, RatingEvent):
            self.connection.peer.send(event.model_dump_json())

    def warn(self, code: WarningCode) -> None:
        """Publish a warning."""
        self.publish(WarningEvent(session_id=self.id, code=code, at=self.clock.now))

    def retire(self, connection: Connection) -> None:
        """End a connection in the background; the session goes on without one."""
        if connection.id in self._ended_ids or self._tasks is None:
            return
        if self.connection is connection:
            self.connection = None
        self._ended_ids.add(connection.id)
        task = self._tasks.create_task(self._retire(connection, keep_peer=False))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def lost(self) -> None:
        """The connection is gone and the session waits for the candidate to come back."""
        to = SessionState.CONNECTING if self.begun else SessionState.CONSENTED
        if await records.step_back(self.tools, self.facts, to=to):
            self._moved(to)

    # Inside.

    def _hand_over(self, older: Connection) -> None:
        """Retire a connection for a newer one; a page that still listens to it gives way.

        A page that came back by itself has long dropped the older connection and hears nothing.
        """
        notice = WarningEvent(session_id=self.id, code="taken_over", at=self.clock.now)
        older.peer.send(notice.model_dump_json())
        self.retire(older)

    def _new_connection(self) -> Connection:
        listener = Listener(on_message=self._on_message)
        handlers = Handlers(
            start_clock=self._media_begins,
            on_heard=self.captions.hear,
            on_picture=self._faces.see if self.facts.faces else None,
            listener=listener,
        )
        connection = Connection(self.tools, new_id(), handlers=handlers)
        listener.on_channel = partial(self._greet, connection)
        return connection

    def _media_begins(self) -> float:
        """The first packet of a track: the session's time, never before what is recorded."""
        if self.state is not SessionState.LIVE and self._tasks and not self._end.done():
            self._moved(SessionState.LIVE)
            self._tasks.create_task(self._go_live())
        return max(self.clock.start(), self._floor)

    async def _go_live(self) -> None:
        async def write() -> AskedNow | None:
            async with self._lock:
                return await records.go_live(self.tools, self.facts, now=self.clock.now)

        first = await _insist(write)
        self.begun = True
        if first is not None:
            self._note_question(first, 0.0)

    def _note_question(self, question: AskedNow | None, at: float) -> None:
        if self.connection is not None and self._asked:
            self.connection.ear.boundary(at)
        self.current = question.id if question else None
        if question is not None:
            self._asked.append((question.id, at))
            self.publish(self._question_event(question, at))
        self.pacer.note(question, at)

    def _question_event(self, question: AskedNow, at: float) -> QuestionEvent:
        return QuestionEvent(
            session_id=self.id,
            question_id=question.id,
            index=question.index,
            total=len(self.facts.questions),
            text=question.text,
            at=at,
        )

    def _moved(self, state: SessionState) -> None:
        self.state = state
        self.publish(StateEvent(session_id=self.id, state=state, at=self.clock.now))

    def _caption(self, event: CaptionEvent) -> None:
        if event.is_final:
            self._finals.append(event)
        self.publish(event)

    def _greet(self, connection: Connection) -> None:
        """The candidate's channel is open: how things stand, for a first or a repeated visit."""
        send = connection.peer.send
        now = self.clock.now
        events: list[Event] = [StateEvent(session_id=self.id, state=self.state, at=now)]
        for question in self.facts.questions:
            if question.id == self.current:
                events.append(self._question_event(question, self._asked[-1][1]))
        if stage := self.pacer.event():
            events.append(stage)
        engine = self.tools.engines.for_language(self.facts.language)
        if engine.engine is None:
            events.append(WarningEvent(session_id=self.id, code="engine_missing", at=now))
        elif engine.is_fallback:
            events.append(WarningEvent(session_id=self.id, code="engine_fallback", at=now))
        for event in [*events, *self._finals]:
            send(event.model_dump_json())

    def _on_message(self, text: str) -> None:
        now = asyncio.get_running_loop().time()
        gained = (now - self._refilled) * MESSAGES_PER_SECOND
        self._tokens = min(float(MESSAGES_PER_SECOND), self._tokens + gained)
        self._refilled = now
        if self._tokens < 1:
            return
        self._tokens -= 1
        with suppress(ValidationError):
            message = CLIENT_MESSAGE.validate_json(text)
            if isinstance(message, PingMessage) and self.connection is not None:
                pong = PongEvent(t=message.t, clock=self.clock_view())
                self.connection.peer.send(pong.model_dump_json())

    async def _retire(self, connection: Connection, *, keep_peer: bool) -> None:
        await connection.stop()
        ear = self._ears.pop(connection.id, None)
        if ear is not None:
            await _within(EAR_DEADLINE, ear, cancel=True)
        if connection.recorder is not None:
            self._past += connection.recorder.sound.spans
            if connection in self._connections:
                self._connections.remove(connection)
            self._floor = max(self._floor, connection.ear.position, self.clock.now)
        if not keep_peer:
            await connection.close()
        await self._store(connection)

    async def _store(self, connection: Connection) -> None:
        kept = records.Kept(self.id, connection.id, connection.folder)
        try:
            finished = await connection.store()
            await records.save_recording(self.tools, kept, finished)
            media = self.clock.now
            await records.end_connection(self.tools, self.facts, connection.id, media=media)
        except Exception as error:  # the files stay in the spool: recovery takes them up
            telemetry.log().error(
                "recording_not_stored", connection=str(connection.id), error=type(error).__name__
            )
        finally:
            self.busy.discard(connection.id)

    async def _drain(
        self, end: End, *, writing: list[asyncio.Task[None]], passing: list[asyncio.Task[None]]
    ) -> None:
        """Stop intake, flush the segmenter, await the pool, write, audit, close the peer."""
        for task in passing:
            task.cancel()
        async with self._lock:
            connection = self.connection
            if end is End.FINISHED:
                await _insist(self._begin_to_drain, within=self._patience.step)
                self._moved(SessionState.DRAINING)
        if connection is not None:
            self._ended_ids.add(connection.id)
            await self._retire(connection, keep_peer=True)
        if self._retiring:
            await asyncio.wait(self._retiring, timeout=EAR_DEADLINE + self._patience.step)
        self.captions.end()
        patience = self._patience.pool if end is End.FINISHED else self._patience.suspended
        for task in writing:
            await _within(patience, task, cancel=True)
        await _within(self._patience.step, asyncio.ensure_future(self._faces.flush()), cancel=True)
        if end is End.FINISHED:
            await _insist(self._write_end, within=self._patience.step)
            self._moved_finally(connection)
        if connection is not None:
            await connection.close()

    async def _begin_to_drain(self) -> None:
        await records.step_back(self.tools, self.facts, to=SessionState.DRAINING)

    async def _write_end(self) -> None:
        await records.close_session(self.tools, self.facts, media=self.clock.now)

    def _moved_finally(self, connection: Connection | None) -> None:
        self.connection = connection  # its channel is still open: let the candidate see the end
        self._moved(SessionState.CLOSED)
        self.connection = None


async def _insist(write: Callable[[], Awaitable[T]], *, within: float = 60.0) -> T:
    """Write again while the database is away for a while. Raises what its last try raised."""
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(within):
                return await write()
        except Exception as error:  # a database that restarts must not cost an interview
            telemetry.log().warning("write_again", error=type(error).__name__)
            await asyncio.sleep(RETRY_AFTER)
    async with asyncio.timeout(within):
        return await write()


async def _within(seconds: float, task: asyncio.Future[None], *, cancel: bool) -> None:
    """Wait for a task for so long; then let it be, or cancel it."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done and cancel:
        task.cancel()
        await asyncio.wait({task}, timeout=1.0)
