"""One connection of the device check: heard, answered, and forgotten."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from uuid import UUID

from pydantic import ValidationError

from service.live.check.echo import Echo
from service.live.ear import Ear
from service.live.encoded import EncodedFrame
from service.live.events import CLIENT_MESSAGE, Event, PingMessage, PongEvent, WarningEvent
from service.live.peer import Listener, Peer
from service.live.signalling import Fragment, Offer
from service.live.tools import Tools
from service.tables import new_id

LONGEST = 300.0  # seconds: the check, and a practice answer after it
SILENT = 10.0  # seconds without a packet: the page has gone
PERIOD = 0.5
MESSAGES_MOST = 20 * int(LONGEST)


class Checkup:
    """`open()` an offer, then `run()` as a task until `end()`, or until nobody is there.

    Pictures come in and are dropped unread; sound is heard as in an interview.
    """

    def __init__(self, tools: Tools, session_id: UUID, *, language: str) -> None:
        self.id = new_id()
        self._session_id, self._tools = session_id, tools
        self._loop = asyncio.get_running_loop()
        self._zero = self._loop.time()
        self._over = asyncio.Event()
        self._messages = 0
        self._language = language
        self._echo = Echo(tools, session_id, language=language, show=self._send)
        self._ear = Ear(tools.pool, self._echo.hear)
        self._peer = Peer(
            now=self._now,
            listener=Listener(
                on_frame=self._on_frame, on_message=self._on_message, on_channel=self._greet
            ),
            ice_servers=tools.ice_servers,
            receive=tools.settings.receive,
        )

    async def open(self, offer: Offer) -> str:
        """The SDP answer. Raises OfferRefused."""
        return await self._peer.answer(offer)

    async def add(self, fragment: Fragment) -> None:
        """Take trickled candidates."""
        await self._peer.add(fragment)

    def end(self) -> None:
        """Let `run()` come to its end."""
        self._over.set()

    async def run(self) -> None:
        """Hear until the end; then close the connection."""
        try:
            async with asyncio.TaskGroup() as tasks:
                working = [
                    tasks.create_task(self._ear.listen()),
                    tasks.create_task(self._echo.run()),
                ]
                await self._watch()
                for task in working:
                    task.cancel()
        finally:
            self._ear.end()
            await self._peer.close()

    async def _watch(self) -> None:
        while not self._over.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD):
                    await self._over.wait()
            if self._is_gone():
                return

    def _is_gone(self) -> bool:
        since = self._now()
        last = self._peer.last_arrival
        if last is None:
            quiet = since >= self._tools.patience.connect
        else:
            quiet = self._loop.time() - last >= SILENT
        return quiet or since >= LONGEST or self._peer.state in {"failed", "closed"}

    def _now(self) -> float:
        return self._loop.time() - self._zero

    def _on_frame(self, frame: EncodedFrame) -> None:
        if frame.kind == "audio" and not self._over.is_set():
            self._ear.push(frame)

    def _greet(self) -> None:
        engine = self._tools.engines.for_language(self._language)
        now = self._now()
        if engine.engine is None:
            self._send(WarningEvent(session_id=self._session_id, code="engine_missing", at=now))
        elif engine.is_fallback:
            self._send(WarningEvent(session_id=self._session_id, code="engine_fallback", at=now))

    def _on_message(self, text: str) -> None:
        self._messages += 1
        if self._messages > MESSAGES_MOST:
            return
        with suppress(ValidationError):
            message = CLIENT_MESSAGE.validate_json(text)
            if isinstance(message, PingMessage):
                self._send(PongEvent(t=message.t))

    def _send(self, event: Event) -> None:
        self._peer.send(event.model_dump_json())
