"""One connection of a session: its peer, recording, ear and eyes, opened and closed together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from service import telemetry
from service.live.ear import Ear, Heard
from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.recorder import Recorder
from service.live.remux import Finished, finish
from service.live.signalling import Offer
from service.live.tools import Tools
from service.live.video import Pictures

EAR_DEADLINE = 15.0  # seconds to hear the rest after the sound has ended
STOP_DEADLINE = 10.0
REMUX_DEADLINE = 120.0


@dataclass(slots=True)
class Handlers:
    """What a connection calls, on the event loop."""

    start_clock: Callable[[], float]  # at the first media; the session's time
    on_heard: Callable[[Heard], None]
    on_picture: Callable[[Pictures, float], None] | None  # None: faces are not looked at
    listener: Listener


class Connection:
    """Made by `open()`; `listen()` is its task; then `stop()`, `store()`, `close()` in order."""

    def __init__(self, tools: Tools, connection_id: UUID, *, handlers: Handlers) -> None:
        self.id = connection_id
        self.ended = False
        self.kinds: tuple[str, ...] = ()
        self._tools, self._handlers = tools, handlers
        self.folder = tools.spool / str(connection_id)
        self.recorder: Recorder | None = None
        self.ear = Ear(tools.pool, handlers.on_heard)
        self._pictures: Pictures | None = None
        self._small = False  # whether they are those of the small track
        handlers.listener.on_frame = self._on_frame
        handlers.listener.on_picture = self._on_picture
        self.peer = Peer(
            now=handlers.start_clock,
            listener=handlers.listener,
            ice_servers=tools.ice_servers,
            receive=tools.settings.receive,
        )

    async def open(self, offer: Offer) -> str:
        """The SDP answer. Raises OfferRefused, and OSError when the disk refuses the recording."""
        self.kinds = offer.kinds
        answer = await self.peer.answer(offer)
        if self._handlers.on_picture is not None and "video" in offer.kinds:
            self._pictures = Pictures(str(self.id), self.peer.ask_picture)
        return answer

    def _on_frame(self, frame: EncodedFrame) -> None:
        if self.ended:
            return
        if self.recorder is None:
            self.recorder = Recorder(self.folder, origin=frame.media_time)
        self.recorder.push(frame)
        telemetry.RECORDED_BYTES.inc(len(frame.data))
        if frame.kind == "audio":
            self.ear.push(frame)
        elif not self.peer.has_small_picture:
            self._look(frame, small=False)

    def _on_picture(self, frame: EncodedFrame) -> None:
        self._look(frame, small=True)

    def _look(self, frame: EncodedFrame, *, small: bool) -> None:
        pictures, see = self._pictures, self._handlers.on_picture
        if pictures is None or see is None or self.ended:
            return
        if small is not self._small:  # the other track's pictures do not follow on
            self._small = small
            pictures.restart()
        if pictures.push(frame):
            see(pictures, frame.media_time)

    def keep_skew(self) -> None:
        """Let the recording know how far the picture is off the sound by now."""
        if self.recorder is not None:
            self.recorder.set_skew(self.peer.skew.samples)

    async def stop(self) -> None:
        """End the intake: nothing more is recorded, heard or seen."""
        if self.ended:
            return
        self.ended = True
        self.keep_skew()
        self.ear.end()
        if self.recorder is not None:
            # A disk that hangs must not hold the session: the thread goes on by itself.
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_DEADLINE):
                    await asyncio.to_thread(self.recorder.close)

    async def store(self) -> Finished | None:
        """The recording made ready; None when there was no media."""
        if self.recorder is None:
            return None
        if self.recorder.dropped:
            telemetry.log().warning(
                "frames_not_recorded", connection=str(self.id), count=self.recorder.dropped
            )
        async with asyncio.timeout(REMUX_DEADLINE):
            return await asyncio.to_thread(finish, self.folder)

    async def close(self) -> None:
        """Close the peer connection."""
        await self.peer.close()
