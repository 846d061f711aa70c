"""Hangs the receive path into aiortc's transports, by private names of aiortc 1.16 and aioice 0.13.

ICE, DTLS, keys, RTCP and the data channel stay aiortc's. SRTP is taken from the socket's callback,
before aioice's queue and aiortc's tasks: 100 packets a second and session never wake a task.
`PRIVATE_NAMES` lists what is used, a contract test holds it, both versions are pinned.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from math import inf
from typing import Any

import pylibsrtp
from aiortc import RTCIceTransport, RTCRtpTransceiver
from aiortc.codecs import is_rtx
from aiortc.rtcdtlstransport import RTCDtlsTransport, RtpRouter
from aiortc.rtcrtpparameters import RTCRtpReceiveParameters
from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
)
from aiortc.stats import RTCStatsReport

from service import telemetry
from service.live.clock import AUDIO_RATE, VIDEO_RATE, Report, TrackClock
from service.live.encoded import EncodedFrame, Kind
from service.live.rtp.path import Feedback, ReceivePath
from service.live.rtp.tally import Tally
from service.live.rtp.track import Lost, Outlet, Plan, Track

PRIVATE_NAMES: dict[type[object], tuple[str, ...]] = {
    RTCRtpTransceiver: ("_RTCRtpTransceiver__receiver",),
    RTCDtlsTransport: (
        "_register_rtp_receiver",
        "_rtp_router",
        "_rx_srtp",
        "_send_rtp",
        "_unregister_rtp_receiver",
    ),
    RtpRouter: ("ssrc_table",),
    RTCIceTransport: ("_connection",),
}
# Connection, StunProtocol
PRIVATE_OF_AIOICE = (("_protocols", "_queue", "_nominated"), ("datagram_received", "send_stun"))
LONGEST = 1500  # bytes of a datagram; libsrtp's buffer ends there, and a longer one is not WebRTC's
_REPORT_EVERY = 1.0
_SILENT = 1.0  # seconds without a packet, after which we ask whether the sender is there
_KNOCK_EVERY = 0.5
_SHORTEST_WAIT = 0.001  # uvloop's timers count whole milliseconds
_UNSENT = 64  # feedback packets held while the socket stands still; the oldest are dropped
_NAME = "urn:ietf:params:rtp-hdrext:sdes:mid"
_CODECS = frozenset({"opus", "vp8", "h264"})


class OwnReceiver:
    """One incoming track. Calls `on_frame`, `on_lost`, `on_report` on the event loop; be short."""

    def __init__(self, kind: Kind, transport: RTCDtlsTransport, *, intake: Intake) -> None:
        self.kind, self.transport = kind, transport
        self.on_frame: Callable[[EncodedFrame], None] = lambda frame: None
        self.on_lost: Callable[[Lost], None] = lambda lost: None
        self.on_report: Callable[[Report], None] = lambda report: None
        self.media: Track | None = None
        self._tally: Tally | None = None
        self._intake = intake
        self._track: Any = None  # aiortc looks at it; no decoded track exists here
        self._enabled = True
        self._own_ssrc: int | None = None
        self._last_report = (0, 0.0)  # the middle of its NTP time, and when it came
        self._refused = False

    # What RTCPeerConnection and RTCRtpTransceiver ask of a receiver.

    @property
    def track(self) -> Any:
        return self._track

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        self.transport = transport

    def _set_rtcp_ssrc(self, ssrc: int) -> None:
        self._own_ssrc = ssrc

    async def getStats(self) -> RTCStatsReport:
        return RTCStatsReport()

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Begin: the transport is up and keys are there."""
        if self.media is not None:
            return
        outlet = Outlet(self._deliver, self._tell_lost, self._tell_report)
        plan = plan_of(self.kind, parameters)
        clock = TrackClock(plan.rate, self._intake.session_time)
        self.media = Track(plan, clock=clock, outlet=outlet)
        self._tally = Tally(self.kind, self.media.stats)
        self.transport._register_rtp_receiver(self, parameters)
        self._intake.begin(self)

    async def stop(self) -> None:
        """End: unregister, and end the intake with the last receiver."""
        if self.media is not None:
            self.transport._unregister_rtp_receiver(self)
            await self._intake.end(self)

    def _handle_disconnect(self) -> None:
        """The transport is gone; the peer notices by its own state."""

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        """Never called: packets do not go through aiortc's router."""

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if self.media is None or not isinstance(packet, RtcpSrPacket):
            return
        info = packet.sender_info
        if packet.ssrc == self.media.source:
            now = asyncio.get_running_loop().time()
            self._last_report = ((info.ntp_timestamp >> 16) & 0xFFFFFFFF, now)
            self.media.reported(info.ntp_timestamp, info.rtp_timestamp)

    # What the peer asks.

    @property
    def last_arrival(self) -> float | None:
        """Loop time of the newest packet."""
        return None if self.media is None else self.media.last_arrival

    @property
    def packets(self) -> int:
        """Packets received, retransmissions apart."""
        return 0 if self.media is None else self.media.stats.received

    def refresh(self) -> None:
        """Ask for a keyframe: what was handed on is of no use without one."""
        if self.media is not None:
            self.media.refresh()
            self._intake.wake()

    def report(self, now: float) -> bytes:
        """A receiver report; empty before the first packet."""
        block = None if self.media is None else self.media.block()
        if block is None or self._own_ssrc is None:
            return b""
        # The router knows only the sources that the offer named; sender reports come through it.
        self.transport._rtp_router.ssrc_table[block[0]] = self
        middle, heard = self._last_report
        since = min(int((now - heard) * 65536), 0xFFFFFFFF) if middle else 0
        info = RtcpReceiverInfo(*block, lsr=middle, dlsr=since)
        return bytes(RtcpRrPacket(ssrc=self._own_ssrc, reports=[info]))

    def tally(self) -> None:
        """Add what was counted to the process's metrics."""
        if self._tally is not None:
            self._tally.publish()

    def request(self, feedback: Feedback) -> bytes:
        """A request to the sender as RTCP."""
        if self._own_ssrc is None:
            return b""
        own, source = self._own_ssrc, feedback.source
        if feedback.again:
            lost = list(feedback.again)
            return bytes(RtcpRtpfbPacket(RTCP_RTPFB_NACK, ssrc=own, media_ssrc=source, lost=lost))
        return bytes(RtcpPsfbPacket(RTCP_PSFB_PLI, ssrc=own, media_ssrc=source))

    def _deliver(self, frame: EncodedFrame) -> None:
        if not self._enabled:
            return
        try:
            self.on_frame(frame)
        except Exception as error:  # the socket's callback: the rest of the media must go on
            if not self._refused:
                self._refused = True  # once is enough: it may be so for every frame
                telemetry.log().error("frame_refused", kind=self.kind, error=type(error).__name__)

    def _tell_lost(self, lost: Lost) -> None:
        self.on_lost(lost)

    def _tell_report(self, report: Report) -> None:
        self.on_report(report)


class Intake:
    """All that one peer connection receives: `install` it on each transceiver."""

    def __init__(self, session_time: Callable[[], float]) -> None:
        self.session_time = session_time
        self.rejected = 0  # datagrams that were not encrypted by the peer
        self.path = ReceivePath(self._ask)
        self._loop = asyncio.get_running_loop()
        self._receivers: list[OwnReceiver] = []
        self._hooked: list[Any] = []
        self._early: list[bytes] = []  # came in before all tracks were known
        self._take = self._early.append
        self._timer: asyncio.TimerHandle | None = None
        self._wakes_at = inf
        self._reporter: asyncio.TimerHandle | None = None
        self._knocker: asyncio.TimerHandle | None = None
        self._transport: RTCDtlsTransport | None = None
        self._unsent: deque[bytes] = deque(maxlen=_UNSENT)
        self._more = asyncio.Event()
        self._talking: asyncio.Task[None] | None = None

    def install(self, transceiver: RTCRtpTransceiver) -> OwnReceiver:
        """Replace a transceiver's receiver, before any media can flow (no local candidates yet)."""
        old = transceiver.receiver
        kind: Kind = "audio" if transceiver.kind == "audio" else "video"
        receiver = OwnReceiver(kind, old.transport, intake=self)
        receiver._track = old.track
        receiver._set_rtcp_ssrc(transceiver.sender._ssrc)
        setattr(transceiver, PRIVATE_NAMES[RTCRtpTransceiver][0], receiver)
        return receiver

    def begin(self, receiver: OwnReceiver) -> None:
        """Take in a receiver whose transport is up; the first one opens the intake."""
        if receiver.media is None:
            return
        self.path.add(receiver.media)
        self._receivers.append(receiver)
        if self._talking is None:
            self._open(receiver.transport)
            self._transport = receiver.transport
            self._talking = asyncio.create_task(self._talk(receiver.transport), name="rtcp")
            self._reporter = self._loop.call_later(_REPORT_EVERY, self._report)
            self._knocker = self._loop.call_later(_SILENT, self._knock)

    async def end(self, receiver: OwnReceiver) -> None:
        """Let a receiver go; with the last one everything closes. A second call does nothing."""
        if receiver not in self._receivers or receiver.media is None:
            return
        self._receivers.remove(receiver)
        self.path.remove(receiver.media)
        receiver.tally()
        if self._receivers or self._talking is None:
            return
        for handle in (self._timer, self._reporter, self._knocker):
            if handle is not None:
                handle.cancel()
        for target, name in self._hooked:
            delattr(target, name)  # the class's own again, and no cycle that holds the sockets
        self._hooked = []
        self._talking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._talking

    def wake(self) -> None:
        """Look at what is due although nothing came in. Not from within a packet's handling."""
        self._loop.call_soon(self._look_again)

    def _look_again(self) -> None:
        if self._receivers:
            self.path.tick(self._loop.time())
            if self.path.due < inf:
                self._wait()

    def _begun(self) -> None:
        """All receivers have begun, as aiortc begins them in one step: take what has come."""
        self._take = self._packet
        for data in self._early:
            self._packet(data)
        self._early.clear()

    def _packet(self, data: bytes) -> None:
        self.path.datagram(data, self._loop.time())
        if self.path.due < self._wakes_at:
            self._wait()

    def _open(self, transport: RTCDtlsTransport) -> None:
        connection = transport.transport._connection
        unprotect = transport._rx_srtp.unprotect

        def hooked(onward: Callable[[bytes, Any], None]) -> Callable[[bytes, Any], None]:
            def received(data: bytes, address: Any) -> None:
                if not 2 <= len(data) <= LONGEST:
                    return  # aiortc's reading task would die of it
                if not is_rtp(data):
                    try:
                        onward(data, address)  # STUN, DTLS, RTCP
                    except Exception:  # aioice reads a mangled attribute as if it were whole
                        self.rejected += 1
                    return
                try:
                    plain = unprotect(data)
                except (pylibsrtp.Error, ValueError):
                    self.rejected += 1
                    return
                self._take(plain)

            return received

        for protocol in connection._protocols:
            self._hook(protocol, "datagram_received", hooked(protocol.datagram_received))
        # What aioice queued before goes the same way again; new packets must not overtake it.
        queued = [connection._queue.get_nowait() for _ in range(connection._queue.qsize())]
        again = hooked(lambda data, _: connection._queue.put_nowait((data, 1)))
        for item in queued:
            if item is None:
                connection._queue.put_nowait(None)  # the end
            else:
                again(item[0], None)
        self._loop.call_soon(self._begun)

    def _hook(self, target: object, name: str, replacement: object) -> None:
        setattr(target, name, replacement)
        self._hooked.append((target, name))

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._wakes_at = max(self.path.due, self._loop.time() + _SHORTEST_WAIT)
        self._timer = self._loop.call_at(self._wakes_at, self._on_time)

    def _on_time(self) -> None:
        self._timer, self._wakes_at = None, inf
        self.path.tick(self._loop.time())
        if self.path.due < inf:
            self._wait()

    def _report(self) -> None:
        self._reporter = self._loop.call_later(_REPORT_EVERY, self._report)
        now = self._loop.time()
        for receiver in self._receivers:
            self._send(receiver.report(now))
            receiver.tally()

    def _knock(self) -> None:
        """Send connectivity checks while nothing comes in.

        A browser without an answer for 15 s stops asking and waits to be asked; aioice does so
        every 5 s only, and a network that is back would stand idle as long.
        """
        last = max((r.last_arrival or 0.0 for r in self._receivers), default=0.0)
        silent = self._loop.time() - last
        if last and silent >= _SILENT and self._transport is not None:
            connection = self._transport.transport._connection
            key = (connection.remote_password or "").encode()
            for pair in connection._nominated.values():
                request = connection.build_request(pair, nominate=False)
                request.add_message_integrity(key)
                pair.protocol.send_stun(request, pair.remote_addr)
        wait = _KNOCK_EVERY if silent >= _SILENT else _SILENT
        self._knocker = self._loop.call_later(wait, self._knock)

    def _ask(self, feedback: Feedback) -> None:
        for receiver in self._receivers:
            if receiver.media is feedback.track:
                self._send(receiver.request(feedback))

    def _send(self, packet: bytes) -> None:
        if packet:
            self._unsent.append(packet)
            self._more.set()

    async def _talk(self, transport: RTCDtlsTransport) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._unsent:
                with contextlib.suppress(ConnectionError, pylibsrtp.Error):
                    await transport._send_rtp(self._unsent.popleft())


def is_rtp(data: bytes) -> bool:
    """Whether a datagram is SRTP: neither STUN nor DTLS (RFC 7983) nor RTCP (RFC 5761)."""
    return 127 < data[0] < 192 and not 192 <= data[1] <= 208


def plan_of(kind: Kind, parameters: RTCRtpReceiveParameters) -> Plan:
    """What was negotiated, as the path takes it; codecs that nobody here reads are left out."""
    codecs: dict[int, str] = {}
    rtx: dict[int, int] = {}
    nack = False
    for codec in parameters.codecs:
        number = codec.payloadType
        if number is None:
            continue
        apt = codec.parameters.get("apt")
        if is_rtx(codec):
            if isinstance(apt, int):
                rtx[number] = apt
        elif codec.name.lower() in _CODECS:
            codecs[number] = codec.name.lower()
            nack |= any(f.type == "nack" and not f.parameter for f in codec.rtcpFeedback)
    repairs = {e.rtx.ssrc: e.ssrc for e in parameters.encodings if e.rtx is not None}
    names = [each.id for each in parameters.headerExtensions if each.uri == _NAME]
    return Plan(
        kind,
        codecs,
        AUDIO_RATE if kind == "audio" else VIDEO_RATE,
        rtx=rtx,
        rtx_sources=repairs,
        nack=nack,
        sources=frozenset(repairs).union(each.ssrc for each in parameters.encodings),
        name=parameters.muxId.encode() if names else b"",
        name_extension=names[0] if names else 0,
    )
