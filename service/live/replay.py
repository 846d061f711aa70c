"""A candidate who replays an encoded clip: real ICE, DTLS, SRTP and data channel, no encoder.

The packets of a clip get new RTP headers and go straight into the DTLS transport. What a browser
would do about a bad network is done here too, so that runs with loss are honest: lost packets are
sent again on request (RTX, RFC 4588), a picture that is lost is healed by a jump to the next
keyframe, and sender reports tie sound and picture to one wall clock (RFC 3550, 6.4.1).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from struct import pack
from uuid import uuid4

import httpx
from aiortc import RTCPeerConnection, RTCRtpSender, RTCRtpTransceiver
from aiortc.clock import current_ntp_time
from aiortc.codecs import is_rtx
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpSendParameters
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
)
from aiortc.stats import RTCStatsReport

from service.live.client import RATE, STEP, CandidateClient, Clip
from service.live.clips import LARGE, SMALL, EncodedClip

PRIVATE_NAMES = {
    RTCRtpTransceiver: ("_RTCRtpTransceiver__sender",),
    RTCDtlsTransport: ("_register_rtp_sender", "_unregister_rtp_sender", "_send_rtp"),
}
PACKETS_PER_SECOND = RATE // STEP
VIDEO_RATE = 90_000
HISTORY = 512  # packets that can be sent again: about 8 s of picture
REPORT_EVERY = 1.0
KEYFRAME_REST = 0.3  # seconds in which a second request for a keyframe changes nothing
LEAST_SLEEP = 0.002  # timers may ring a millisecond early, and the loop would then spin
_MID = "urn:ietf:params:rtp-hdrext:sdes:mid"


@dataclass(frozen=True, slots=True)
class Script:
    """What one candidate plays: `speech` packets of the clip from packet `start` on, then silence.

    Packets of sound, 50 a second. The clip goes round and round; the picture begins with the
    sound. `loss` is the share of packets thrown away before the socket, drawn with `seed`.
    """

    clip: EncodedClip
    start: int
    speech: int
    loss: float = 0.0
    seed: int = 0

    def sound(self, number: int) -> bytes:
        """The Opus packet of that number since the beginning."""
        if number < self.speech:
            return self.clip.audio[(self.start + number) % len(self.clip.audio)]
        return self.clip.silence[number % len(self.clip.silence)]


@dataclass(slots=True)
class Sent:
    """What one track has sent. `dropped` were thrown away on purpose, `lost` the server misses."""

    packets: int = 0
    octets: int = 0
    dropped: int = 0
    resent: int = 0
    lost: int = 0
    keyframes_asked: int = 0


class ReplaySender:
    """Takes the place of aiortc's sender for one track; `write` sends one payload."""

    def __init__(
        self, kind: str, transport: RTCDtlsTransport, script: Script, *, name: str = ""
    ) -> None:
        # A repeatable load, no secret is drawn here.
        draw = random.Random(f"{script.seed} {name or kind}")  # noqa: S311
        self.kind, self.transport, self.track = kind, transport, None
        self._ssrc, self._rtx_ssrc = draw.getrandbits(32), draw.getrandbits(32)
        self._stream_id, self._track_id = str(uuid4()), str(uuid4())
        self._enabled = True
        self.origin = draw.getrandbits(32)  # RTP timestamp of time zero
        self.started = asyncio.Event()
        self.sent = Sent()
        self.keyframe_wanted = False
        self._draw, self._loss = draw, script.loss
        self._sequence, self._rtx_sequence = draw.getrandbits(15), draw.getrandbits(15)
        self._history: dict[int, bytes] = {}
        self._type, self._rtx_type = 0, 0
        self._extension = b""
        self._describe = b""

    # What RTCPeerConnection and RTCRtpTransceiver ask of a sender.

    def setTransport(self, transport: RTCDtlsTransport) -> None:
        self.transport = transport

    def replaceTrack(self, track: None) -> None:
        """There are no tracks here."""

    async def getStats(self) -> RTCStatsReport:
        return RTCStatsReport()

    async def send(self, parameters: RTCRtpSendParameters) -> None:
        """The transport is up: note what was negotiated, let `write` begin."""
        if self.started.is_set():
            return
        codec = parameters.codecs[0]
        self._type = codec.payloadType or 0
        for other in parameters.codecs:
            if is_rtx(other) and other.parameters.get("apt") == codec.payloadType:
                self._rtx_type = other.payloadType or 0
        mid = parameters.muxId.encode()
        for extension in parameters.headerExtensions:
            if extension.uri == _MID and 0 < len(mid) <= 16:
                self._extension = _one_byte_extension(extension.id, mid)
        source = RtcpSourceInfo(
            ssrc=self._ssrc, items=[(1, (parameters.rtcp.cname or "").encode())]
        )
        self._describe = bytes(RtcpSdesPacket(chunks=[source]))
        self.transport._register_rtp_sender(self, parameters)
        self.started.set()

    async def stop(self) -> None:
        """Unregister."""
        if self.started.is_set():
            self.transport._unregister_rtp_sender(self)

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
            for report in packet.reports:
                if report.ssrc == self._ssrc:
                    self.sent.lost = report.packets_lost
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            await self._send_again(packet.lost)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt in {RTCP_PSFB_PLI, RTCP_PSFB_FIR}:
            self.sent.keyframes_asked += 1
            self.keyframe_wanted = True

    # What the replay asks.

    async def write(self, payload: bytes, *, ticks: int, marker: bool) -> None:
        """Send one payload. Raises ConnectionError once the transport is gone."""
        sequence = self._sequence
        self._sequence = (sequence + 1) & 0xFFFF
        stamp = (self.origin + ticks) & 0xFFFFFFFF
        first = 0x90 if self._extension else 0x80
        head = pack("!BBHII", first, marker << 7 | self._type, sequence, stamp, self._ssrc)
        packet = head + self._extension + payload
        self._history[sequence % HISTORY] = packet
        self.sent.packets += 1
        self.sent.octets += len(payload)
        if self._is_dropped():
            self.sent.dropped += 1
        else:
            await self.transport._send_rtp(packet)

    async def report(self, ticks: int) -> None:
        """Send a sender report: `ticks` since time zero is now."""
        info = RtcpSenderInfo(
            ntp_timestamp=current_ntp_time(),
            rtp_timestamp=(self.origin + ticks) & 0xFFFFFFFF,
            packet_count=self.sent.packets & 0xFFFFFFFF,
            octet_count=self.sent.octets & 0xFFFFFFFF,
        )
        packet = bytes(RtcpSrPacket(ssrc=self._ssrc, sender_info=info)) + self._describe
        await self.transport._send_rtp(packet)

    def _is_dropped(self) -> bool:
        return self._loss > 0 and self._draw.random() < self._loss

    async def _send_again(self, sequences: Sequence[int]) -> None:
        for sequence in sequences:
            packet = self._history.get(sequence % HISTORY)
            if packet is None or int.from_bytes(packet[2:4], "big") != sequence:
                continue
            self.sent.resent += 1
            if not self._is_dropped():
                with suppress(ConnectionError):
                    await self.transport._send_rtp(self._wrapped(packet))

    def _wrapped(self, packet: bytes) -> bytes:
        """A packet as a retransmission (RFC 4588, 4); as it was where RTX was not negotiated."""
        if not self._rtx_type:
            return packet
        sequence = self._rtx_sequence
        self._rtx_sequence = (sequence + 1) & 0xFFFF
        body = 12 + len(self._extension)
        kind = (packet[1] & 0x80) | self._rtx_type
        head = pack("!BBH", packet[0], kind, sequence) + packet[4:8] + pack("!I", self._rtx_ssrc)
        return head + packet[12:body] + packet[2:4] + packet[body:]


def _one_byte_extension(number: int, value: bytes) -> bytes:
    """An RTP header extension with one element (RFC 8285, 4.2)."""
    element = bytes([number << 4 | len(value) - 1]) + value
    element += bytes(-len(element) % 4)
    return pack("!HH", 0xBEDE, len(element) // 4) + element


@dataclass(frozen=True, slots=True)
class Frames:
    """What a screen shows, `rate` frames a second."""

    payloads: Sequence[Sequence[bytes]]
    keyframes: Sequence[int]
    rate: float


@dataclass(frozen=True, slots=True)
class Senders:
    """Who sends what; `small`: the picture that is only looked at, where the clip has one."""

    audio: ReplaySender
    video: ReplaySender
    small: ReplaySender | None = None


class Screen:
    """One picture track: its frames in turn, going round, with jumps to keyframes on request."""

    def __init__(self, sender: ReplaySender, frames: Frames, *, identity: int) -> None:
        self.sender, self._frames = sender, frames
        self._shown = 0
        self._at = 0  # the next frame in the clip
        self._identity = identity
        self._jumped = -KEYFRAME_REST

    def begin(self, seconds: float) -> None:
        """Start near this place of the clip, at a keyframe."""
        start = round(seconds * self._frames.rate) % len(self._frames.payloads)
        self._at = self._next_keyframe(start)

    async def show(self, now: float) -> None:
        """Send what is due at `now`, seconds since the beginning."""
        while self._shown / self._frames.rate <= now:
            await self._send(now)

    async def _send(self, now: float) -> None:
        if self.sender.keyframe_wanted and now - self._jumped >= KEYFRAME_REST:
            self.sender.keyframe_wanted = False
            self._jumped = now
            self._at = self._next_keyframe(self._at)
        payloads = self._frames.payloads[self._at]
        identity = pack("!H", 0x8000 | self._identity)
        ticks = round(self._shown * VIDEO_RATE / self._frames.rate)
        for index, payload in enumerate(payloads):
            # RFC 7741, 4.2: X and, in the first packet, S; then I and 15 bits of picture id.
            head = (b"\x80\x80" if index else b"\x90\x80") + identity
            is_last = index == len(payloads) - 1
            await self.sender.write(head + payload, ticks=ticks, marker=is_last)
        self._identity = (self._identity + 1) & 0x7FFF
        self._shown += 1
        self._at = (self._at + 1) % len(self._frames.payloads)

    def _next_keyframe(self, frame: int) -> int:
        """The first keyframe at or after `frame`, going round at the end."""
        keys = self._frames.keyframes
        return next((key for key in keys if key >= frame), keys[0])


class Replay:
    """Plays a script over its senders. `zero`: loop time of the first packet of sound."""

    def __init__(self, script: Script, senders: Senders) -> None:
        self._script, self.audio, self.video = script, senders.audio, senders.video
        self._loop = asyncio.get_running_loop()
        self.zero: float | None = None
        self.lags: list[float] = []  # seconds by which each second's latest packet was late
        clip, draw = script.clip, random.Random(script.seed)  # noqa: S311
        large = Frames(clip.video, clip.keyframes, float(LARGE.rate))
        self._screens = [Screen(self.video, large, identity=draw.getrandbits(15))]
        if senders.small is not None:
            small = Frames(clip.small, clip.small_keyframes, float(SMALL.rate))
            self._screens.append(Screen(senders.small, small, identity=draw.getrandbits(15)))

    @property
    def seconds(self) -> float:
        """Sound sent so far."""
        return self.audio.sent.packets / PACKETS_PER_SECOND

    async def run(self) -> None:
        """Play for ever. Raises ConnectionError when the transport is gone."""
        await self.audio.started.wait()
        for screen in self._screens:
            await screen.sender.started.wait()
            screen.begin(self._script.start / PACKETS_PER_SECOND)
        self.zero = self._loop.time()
        number, lag, reported = 0, 0.0, 0.0
        while True:
            now = self._loop.time() - self.zero
            while number / PACKETS_PER_SECOND <= now:
                lag = max(lag, now - number / PACKETS_PER_SECOND)
                payload = self._script.sound(number)
                await self.audio.write(payload, ticks=number * STEP, marker=number == 0)
                number += 1
            for screen in self._screens:
                await screen.show(now)
            if now - reported >= REPORT_EVERY:
                await self._report()
                self.lags.append(lag)
                reported, lag = now, 0.0
            due = self.zero + number / PACKETS_PER_SECOND
            await asyncio.sleep(max(LEAST_SLEEP, due - self._loop.time()))

    async def _report(self) -> None:
        now = self._loop.time() - (self.zero or 0.0)
        await self.audio.report(round(now * RATE))
        for screen in self._screens:
            await screen.sender.report(round(now * VIDEO_RATE))


class ReplayClient(CandidateClient):
    """A candidate who replays. After `connect()`: `playing` ends only with an error."""

    def __init__(
        self, base_url: str, token: str, script: Script, *, http: httpx.AsyncClient | None = None
    ) -> None:
        super().__init__(base_url, token, Clip(), http=http)
        self._script = script
        self.replay: Replay | None = None
        self.playing: asyncio.Task[None] | None = None

    def _add_media(self, connection: RTCPeerConnection) -> asyncio.Event:
        audio, video = (install(connection, kind, self._script) for kind in ("audio", "video"))
        small = install(connection, "video", self._script, name="small") if self.faces else None
        self.replay = Replay(self._script, Senders(audio, video, small))
        self.playing = asyncio.create_task(self.replay.run(), name="replay")
        return super()._add_media(connection)

    async def stop_playing(self) -> None:
        """Send no more media; the connection stays."""
        playing, self.playing = self.playing, None
        if playing is not None:
            playing.cancel()
            await asyncio.wait({playing})

    async def hang_up(self) -> None:
        """Stop playing, close our side of the connection."""
        await self.stop_playing()
        await super().hang_up()


def install(
    connection: RTCPeerConnection, kind: str, script: Script, *, name: str = ""
) -> ReplaySender:
    """Add a transceiver that only sends, with a sender of ours."""
    transceiver = connection.addTransceiver(kind, direction="sendonly")
    names = {"audio/opus"} if kind == "audio" else {"video/VP8", "video/rtx"}
    codecs = RTCRtpSender.getCapabilities(kind).codecs
    transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType in names])
    sender = ReplaySender(kind, transceiver.sender.transport, script, name=name)
    sender._stream_id = transceiver.sender._stream_id
    setattr(transceiver, PRIVATE_NAMES[RTCRtpTransceiver][0], sender)
    transceiver.receiver._set_rtcp_ssrc(sender._ssrc)
    return sender
