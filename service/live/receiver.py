"""Takes the place of aiortc's receiver: hands out encoded frames, decodes nothing.

aiortc's own receiver starts a decoder thread per track, loses more sound than the network did
and estimates bandwidth in a way that starves cameras. This one keeps aiortc's ICE, DTLS, SRTP
and routing. It uses private names of aiortc 1.16, all of them listed in `PRIVATE_NAMES` and
held to by a contract test; the version is pinned.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpTransceiver
from aiortc.codecs import depayload, is_rtx
from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import StreamStatistics
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
    unwrap_rtx,
)
from aiortc.stats import RTCStatsReport

from service import telemetry
from service.live.clock import AUDIO_RATE, VIDEO_RATE, Report, TrackClock
from service.live.encoded import EncodedFrame, Kind, Unwrapper
from service.live.ordering import AudioOrder, Part, VideoOrder, Whole

PRIVATE_NAMES = {
    RTCRtpTransceiver: ("_RTCRtpTransceiver__receiver",),
    RTCDtlsTransport: ("_register_rtp_receiver", "_unregister_rtp_receiver", "_send_rtp"),
}
_TICK = 0.050  # how often missing packets are looked at
_REPORT_EVERY = 20  # ticks between receiver reports (1 s)
_H264_SPS = 7
_H264_STAP_A = 24


class EncodedReceiver:
    """One incoming track. Calls `on_frame` and `on_report` on the event loop; keep them short."""

    def __init__(
        self,
        kind: Kind,
        transport: RTCDtlsTransport,
        *,
        clock: TrackClock,
    ) -> None:
        self.kind = kind
        self.transport = transport
        self.clock = clock
        self.last_arrival: float | None = None  # loop time of the newest packet
        self.packets = 0
        self.on_frame: Callable[[EncodedFrame], None] = lambda frame: None
        self.on_report: Callable[[Report], None] = lambda report: None
        self._track: Any = None  # aiortc looks at it; no decoded track exists here
        self._enabled = True
        self._codecs: dict[int, RTCRtpCodecParameters] = {}
        self._rtx: dict[int, int] = {}
        self._media_ssrc: int | None = None
        self._own_ssrc: int | None = None
        self._statistics: dict[int, StreamStatistics] = {}
        self._last_report: dict[int, tuple[int, float]] = {}
        self._sequence, self._timestamps = Unwrapper(16), Unwrapper(32)
        self._audio, self._video = AudioOrder(), VideoOrder()
        self._codec = ""
        self._refused = False
        self._task: asyncio.Task[None] | None = None

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
        """Begin: register with the transport and start the feedback task."""
        if self._task is not None:
            return
        self._codecs = {c.payloadType: c for c in parameters.codecs if c.payloadType is not None}
        for encoding in parameters.encodings:
            self._media_ssrc = encoding.ssrc
            if encoding.rtx:
                self._rtx[encoding.rtx.ssrc] = encoding.ssrc
        self.transport._register_rtp_receiver(self, parameters)
        self._task = asyncio.create_task(self._feedback(), name=f"rtcp-{self.kind}")

    async def stop(self) -> None:
        """End: unregister, stop the feedback task."""
        if self._task is None:
            return
        self.transport._unregister_rtp_receiver(self)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None

    def _handle_disconnect(self) -> None:
        """The transport is gone; the peer notices by its own state."""

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if not isinstance(packet, RtcpSrPacket):
            return
        ntp = packet.sender_info.ntp_timestamp
        now = asyncio.get_running_loop().time()
        self._last_report[packet.ssrc] = ((ntp >> 16) & 0xFFFFFFFF, now)
        if self.clock.anchored:
            # Not through the unwrapper: a report may run ahead of the packets it describes.
            rtp = self._near(packet.sender_info.rtp_timestamp)
            self.on_report(Report(ntp, self.clock.seconds(rtp)))

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._codecs.get(packet.payload_type)
        if codec is None or not self._enabled:
            return
        self.last_arrival = now = asyncio.get_running_loop().time()
        self.packets += 1
        if packet.ssrc not in self._statistics:
            self._statistics[packet.ssrc] = StreamStatistics(codec.clockRate)
        self._statistics[packet.ssrc].add(packet)
        if is_rtx(codec):
            original = self._original(packet, codec)
            if original is None:
                return
            packet, codec = original
        self._media_ssrc = packet.ssrc
        part = self._part(packet, codec)
        if part is not None:
            self._codec = codec.name.lower()
            order = self._audio if self.kind == "audio" else self._video
            self._deliver(order.push(part, now))
            if self.kind == "video" and self._video.waiting_for_keyframe:
                await self._ask_keyframe(now)

    def _original(
        self, packet: RtpPacket, codec: RTCRtpCodecParameters
    ) -> tuple[RtpPacket, RTCRtpCodecParameters] | None:
        apt = codec.parameters.get("apt")
        ssrc = self._rtx.get(packet.ssrc, self._media_ssrc)
        if len(packet.payload) < 2 or ssrc is None or not isinstance(apt, int):
            return None
        if apt not in self._codecs:
            return None
        return unwrap_rtx(packet, payload_type=apt, ssrc=ssrc), self._codecs[apt]

    def _part(self, packet: RtpPacket, codec: RTCRtpCodecParameters) -> Part | None:
        try:
            starts, key = frame_start(codec.name, packet.payload)
            data = depayload(codec, packet.payload) if packet.payload else b""
        except (ValueError, IndexError):
            return None  # not decodable as this codec; the order then counts it as lost
        seq = self._sequence.extend(packet.sequence_number)
        rtp = self._timestamps.extend(packet.timestamp)
        return Part(
            seq, rtp, data, marker=bool(packet.marker), starts_frame=starts, starts_keyframe=key
        )

    def _deliver(self, wholes: list[Whole]) -> None:
        for whole in wholes:
            self.clock.anchor(whole.rtp)
            frame = EncodedFrame(
                kind=self.kind,
                codec=self._codec,
                data=whole.data,
                rtp_time=self.clock.ticks(whole.rtp),
                media_time=self.clock.seconds(whole.rtp),
                keyframe=whole.keyframe,
                lost_before=whole.lost_before,
            )
            try:
                self.on_frame(frame)
            except Exception as error:  # aiortc's reading task would end, and the media with it
                if not self._refused:
                    self._refused = True  # once is enough: it may be so for every frame
                    telemetry.log().error(
                        "frame_refused", kind=self.kind, error=type(error).__name__
                    )

    def _near(self, timestamp: int) -> int:
        probe = Unwrapper(32)
        latest = self._timestamps.latest
        probe.extend(latest % (1 << 32))
        return latest + probe.extend(timestamp) - latest % (1 << 32)

    async def _feedback(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(_TICK)
            ticks += 1
            now = asyncio.get_running_loop().time()
            if self.kind == "audio":
                self._deliver(self._audio.due(now))
            else:
                await self._ask_again(now)
                if self.packets:
                    await self._ask_keyframe(now)
            if ticks % _REPORT_EVERY == 0:
                await self._send_report(now)

    def refresh(self) -> None:
        """Ask for a keyframe: what was handed on is of no use without one."""
        self._video.refresh()

    async def _ask_again(self, now: float) -> None:
        lost = [seq % (1 << 16) for seq in self._video.nacks(now)]
        if lost and self._media_ssrc is not None and self._own_ssrc is not None:
            packet = RtcpRtpfbPacket(
                fmt=RTCP_RTPFB_NACK, ssrc=self._own_ssrc, media_ssrc=self._media_ssrc
            )
            packet.lost = lost
            await self._send(packet)

    async def _ask_keyframe(self, now: float) -> None:
        if self._own_ssrc is None or self._media_ssrc is None:
            return
        if self._video.wants_keyframe(now):
            await self._send(
                RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._own_ssrc, media_ssrc=self._media_ssrc)
            )

    async def _send_report(self, now: float) -> None:
        reports = []
        for ssrc, stream in self._statistics.items():
            lsr, heard = self._last_report.get(ssrc, (0, now))
            reports.append(
                RtcpReceiverInfo(
                    ssrc=ssrc,
                    fraction_lost=stream.fraction_lost,
                    packets_lost=stream.packets_lost,
                    highest_sequence=stream.max_seq or 0,
                    jitter=stream.jitter,
                    lsr=lsr,
                    dlsr=min(int((now - heard) * 65536), 0xFFFFFFFF),
                )
            )
        if reports and self._own_ssrc is not None:
            await self._send(RtcpRrPacket(ssrc=self._own_ssrc, reports=reports))

    async def _send(self, packet: AnyRtcpPacket) -> None:
        with contextlib.suppress(ConnectionError):
            await self.transport._send_rtp(bytes(packet))


def frame_start(codec: str, payload: bytes) -> tuple[bool, bool]:
    """Whether an RTP payload starts a frame, and whether that frame is a keyframe.

    Raises ValueError on a malformed VP8 descriptor. RFC 7741 (VP8), RFC 6184 (H.264).
    """
    if not payload:
        return False, False
    if codec == "VP8":
        descriptor, data = VpxPayloadDescriptor.parse(payload)
        starts = descriptor.partition_start == 1 and descriptor.partition_id == 0
        return starts, starts and bool(data) and data[0] & 1 == 0
    if codec == "H264":
        kind = payload[0] & 0x1F
        if kind == _H264_STAP_A and len(payload) > 3:
            kind = payload[3] & 0x1F  # the first unit inside
        return True, kind == _H264_SPS
    return True, True


def install(transceiver: RTCRtpTransceiver, now: Callable[[], float]) -> EncodedReceiver:
    """Replace a transceiver's receiver, before any media can flow (no local candidates yet).

    `now` tells the session's time.
    """
    old = transceiver.receiver
    kind: Kind = "audio" if transceiver.kind == "audio" else "video"
    rate = AUDIO_RATE if kind == "audio" else VIDEO_RATE
    receiver = EncodedReceiver(kind, old.transport, clock=TrackClock(rate, now))
    receiver._track = old.track
    receiver._set_rtcp_ssrc(transceiver.sender._ssrc)
    setattr(transceiver, PRIVATE_NAMES[RTCRtpTransceiver][0], receiver)
    return receiver
