"""One WebRTC connection: an offer in, an answer out, encoded frames and messages after that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError, OperationError

from service.live.clock import Report, Skew
from service.live.encoded import EncodedFrame
from service.live.errors import sdp_malformed, sdp_unsupported
from service.live.receiver import EncodedReceiver, install
from service.live.rtp.hook import Intake, OwnReceiver
from service.live.signalling import Fragment, IceServer, Offer, choose_codecs
from service.settings import Receive

CHANNEL = "events"
CHANNEL_BACKLOG = 1 << 20  # bytes unsent on a data channel before events are left out
MESSAGE_MAX = 4096
CLOSE_WITHIN = 5.0
GATHER_WITHIN = 10.0
SMALL_WITHIN = 5.0  # seconds without a packet after which the small picture is given up


def _ignore(*_: object) -> None:
    return None


@dataclass(slots=True)
class Listener:
    """What a peer calls, always on the event loop. All must return at once."""

    on_frame: Callable[[EncodedFrame], None] = _ignore
    on_picture: Callable[[EncodedFrame], None] = _ignore  # of the small second picture track
    on_message: Callable[[str], None] = _ignore
    on_channel: Callable[[], None] = _ignore


@dataclass(slots=True)
class Peer:
    """Use: `answer()`, then `add()` for trickled candidates, then `close()` exactly once.

    `now` tells the session's time in seconds. `receive`: by our own path from the socket on, or
    behind aiortc's stock transports.
    """

    now: Callable[[], float]
    listener: Listener
    ice_servers: Sequence[IceServer] = ()
    skew: Skew = field(default_factory=Skew)
    receive: Receive = "own"
    receivers: list[EncodedReceiver | OwnReceiver] = field(default_factory=list)  # recorded ones
    small: EncodedReceiver | OwnReceiver | None = None  # the picture that is only looked at
    _connection: RTCPeerConnection | None = None
    _channel: RTCDataChannel | None = None
    _ufrag: str = ""
    _candidates: int = 0

    async def answer(self, offer: Offer) -> str:
        """The SDP answer, with all our candidates. Raises OfferRefused; then close() is done."""
        servers = [
            RTCIceServer(list(s.urls), username=s.username or None, credential=s.credential or None)
            for s in self.ice_servers
        ]
        # iceServers must be given: aiortc else asks a public STUN server, for up to 5 s.
        connection = RTCPeerConnection(
            RTCConfiguration(iceServers=servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection = connection
        connection.on("datachannel", self._on_channel)
        try:
            async with asyncio.timeout(GATHER_WITHIN):
                return await self._negotiate(connection, offer)
        except BaseException:
            await self.close()
            raise

    async def _negotiate(self, connection: RTCPeerConnection, offer: Offer) -> str:
        try:
            await connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        except OperationError as error:
            raise sdp_unsupported("Offer Opus, and VP8 or H.264.") from error
        except Exception as error:  # what a stranger's description can raise is not documented
            raise sdp_malformed() from error
        intake = Intake(self.now)
        own = self.receive == "own"
        for transceiver in connection.getTransceivers():
            choose_codecs(transceiver)
            receiver = intake.install(transceiver) if own else install(transceiver, self.now)
            self._give(receiver)
        try:
            await connection.setLocalDescription(await connection.createAnswer())
        except OSError:
            raise  # ours: no socket to be had
        except Exception as error:  # as above: what was taken there may yet fail here
            raise sdp_malformed() from error
        for line in offer.sdp.splitlines():
            if line.startswith("a=ice-ufrag:"):
                self._ufrag = line.partition(":")[2].strip()
        return str(connection.localDescription.sdp)

    def _give(self, receiver: EncodedReceiver | OwnReceiver) -> None:
        """The first sound and the first picture are recorded; a second picture is looked at."""
        if any(other.kind == receiver.kind for other in self.receivers):
            self.small = receiver
            receiver.on_frame = self.listener.on_picture
            return
        receiver.on_frame = self.listener.on_frame
        receiver.on_report = self._reporter(receiver)
        self.receivers.append(receiver)

    @property
    def has_small_picture(self) -> bool:
        """Whether a second picture track was offered and brings pictures."""
        last = self.small.last_arrival if self.small is not None else None
        return last is not None and asyncio.get_running_loop().time() - last < SMALL_WITHIN

    def ask_picture(self) -> None:
        """Ask for a keyframe of the track that is looked at."""
        shown = (each for each in self.receivers if each.kind == "video")
        receiver = self.small if self.has_small_picture else next(shown, None)
        if receiver is not None:
            receiver.refresh()

    def _reporter(self, receiver: EncodedReceiver | OwnReceiver) -> Callable[[Report], None]:
        return self.skew.audio if receiver.kind == "audio" else self.skew.video

    async def add(self, fragment: Fragment) -> None:
        """Add trickled candidates. An ICE restart is refused: send a new offer instead."""
        if fragment.ufrag and fragment.ufrag != self._ufrag:
            raise sdp_unsupported("ICE restart is not supported here: send a new offer.")
        if self._connection is None:
            return
        for candidate in fragment.candidates:
            self._candidates += 1
            if self._candidates > 64:
                raise sdp_unsupported("Too many candidates.")
            await self._connection.addIceCandidate(candidate)

    @property
    def state(self) -> str:
        """aiortc's connection state: new, connecting, connected, failed or closed."""
        return str(self._connection.connectionState) if self._connection else "new"

    @property
    def last_arrival(self) -> float | None:
        """Loop time of the newest media packet of any track."""
        return max((r.last_arrival for r in self.receivers if r.last_arrival), default=None)

    def arrived(self, kind: str) -> float | None:
        """Loop time of the newest packet of one kind."""
        return max(
            (r.last_arrival for r in self.receivers if r.kind == kind and r.last_arrival),
            default=None,
        )

    def send(self, text: str) -> bool:
        """Send one event; False when the channel is not open or too far behind."""
        channel = self._channel
        if channel is None or channel.readyState != "open":
            return False
        if channel.bufferedAmount > CHANNEL_BACKLOG:
            return False
        with suppress(InvalidStateError):
            channel.send(text)
            return True
        return False

    async def close(self) -> None:
        """Close everything, within 5 s. A second call does nothing."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await connection.close()

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL or self._channel is not None:
            channel.close()
            return
        self._channel = channel
        channel.on("message", self._on_message)
        self.listener.on_channel()

    def _on_message(self, message: str | bytes) -> None:
        if isinstance(message, str) and len(message) <= MESSAGE_MAX:
            self.listener.on_message(message)
