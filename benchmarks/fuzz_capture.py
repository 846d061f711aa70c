"""A real aiortc sender, and all that came from it: what fuzzing mangles."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from av import AudioFrame, VideoFrame

from service.live.encoded import EncodedFrame
from service.live.peer import Listener, Peer
from service.live.rtp.hook import OwnReceiver
from service.live.rtp.track import Plan, Track
from service.live.signalling import parse_offer

SECONDS = 4.0
KEYFRAME_EVERY = 0.5
CONNECT_WITHIN = 10.0
FLOWS_WITHIN = 5.0
_MOST_OF_A_KIND = 400  # datagrams kept
_RATE, _STEP, _FPS = 48_000, 960, 15


@dataclass(slots=True)
class Captured:
    """Everything of one connection: `rtp` and `rtcp` decrypted, `wire` as it was, by protocol."""

    offer: str = ""
    plans: list[Plan] = field(default_factory=list)
    rtp: list[tuple[float, bytes]] = field(default_factory=list)
    rtcp: list[bytes] = field(default_factory=list)
    wire: dict[str, list[bytes]] = field(
        default_factory=lambda: {"stun": [], "dtls": [], "rtcp": [], "rtp": []}
    )


class _Tone(MediaStreamTrack):
    """A chord under noise, so that packets differ in length."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._at, self._zero = 0, 0.0
        self._draw = np.random.default_rng(1)

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._zero = self._zero or loop.time()
        await asyncio.sleep(max(0.0, self._zero + self._at / _RATE - loop.time()))
        t = (self._at + np.arange(_STEP)) / _RATE
        loud = 6000 * (1 + np.sin(2 * np.pi * t))
        sound = loud * np.sin(2 * np.pi * 300 * t) + self._draw.normal(0, 800, _STEP)
        samples = sound.clip(-32768, 32767).astype(np.int16).reshape(1, -1)
        frame = AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, self._at, Fraction(1, _RATE)
        self._at += _STEP
        return frame


class _Picture(MediaStreamTrack):
    """A moving gradient with noise: pictures of several packets."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._count, self._zero = 0, 0.0
        self._draw = np.random.default_rng(1)

    async def recv(self) -> VideoFrame:
        loop = asyncio.get_running_loop()
        self._zero = self._zero or loop.time()
        await asyncio.sleep(max(0.0, self._zero + self._count / _FPS - loop.time()))
        ramp = (np.arange(320) + 5 * self._count) % 256
        pixels = np.tile(ramp[None, :, None], (240, 1, 3)).astype(np.int16)
        pixels += self._draw.integers(-20, 20, pixels.shape, np.int16)
        shown = VideoFrame.from_ndarray(pixels.clip(0, 255).astype(np.uint8), format="rgb24")
        frame = shown.reformat(format="yuv420p")
        frame.pts, frame.time_base = self._count * 90_000 // _FPS, Fraction(1, 90_000)
        self._count += 1
        return frame


@dataclass(slots=True)
class Listening:
    """A live connection that is heard. `unhandled`: what its event loop had to report."""

    peer: Peer
    captured: Captured = field(default_factory=Captured)
    unhandled: Counter[str] = field(default_factory=Counter)
    frames: int = 0
    protocol: Any = None
    address: Any = None
    tapped: bool = True

    @property
    def transport(self) -> Any:
        """aiortc's DTLS transport of our side."""
        return self.peer.receivers[0].transport

    def on_frame(self, _: EncodedFrame) -> None:
        """Count what comes out."""
        self.frames += 1

    async def flows(self) -> bool:
        """Whether sound or pictures still come in, over the same connection."""
        before = self.frames
        for _ in range(round(FLOWS_WITHIN / 0.1)):
            if self.frames > before + 20:
                return self.peer.state == "connected"
            await asyncio.sleep(0.1)
        return False

    def tap(self) -> None:
        """Keep copies of what comes in; before the other side has the answer."""
        loop = asyncio.get_running_loop()
        zero = loop.time()
        captured, transport = self.captured, self.transport
        self.tap_wire()
        handle = transport._handle_rtcp_data

        async def heard(data: bytes) -> None:
            captured.rtcp.append(data)
            await handle(data)

        transport._handle_rtcp_data = heard
        receiver = self.peer.receivers[0]
        if not isinstance(receiver, OwnReceiver):
            raise TypeError("not our own way of receiving")
        path: Any = receiver._intake.path
        datagram = path.datagram

        def taken(data: bytes, now: float) -> None:
            captured.rtp.append((loop.time() - zero, data))
            datagram(data, now)

        path.datagram = taken

    def tap_wire(self) -> None:
        """The same below decryption; anew when the receive path has hung itself in there."""
        for protocol in self.transport.transport._connection._protocols:
            protocol.datagram_received = self._wire_tap(protocol, protocol.datagram_received)

    def untap(self) -> None:
        """Keep no more copies."""
        self.tapped = False
        receiver: Any = self.peer.receivers[0]
        del receiver._intake.path.datagram
        del self.transport._handle_rtcp_data
        media = [getattr(one, "media", None) for one in self.peer.receivers]
        self.captured.plans = [one.plan for one in media if isinstance(one, Track)]
        first = self.captured.rtp[0][0]
        self.captured.rtp = [(at - first, data) for at, data in self.captured.rtp]

    def _wire_tap(self, protocol: Any, onward: Callable[[bytes, Any], None]) -> Any:
        def received(data: bytes, address: Any) -> None:
            self.protocol, self.address = protocol, address
            if self.tapped:
                kept = self.captured.wire[_kind_of(data)]
                if len(kept) < _MOST_OF_A_KIND:
                    kept.append(data)
            onward(data, address)

        return received


def _kind_of(data: bytes) -> str:
    """RFC 7983 and RFC 5761."""
    if data[0] < 4:
        return "stun"
    if data[0] < 64:
        return "dtls"
    return "rtcp" if 192 <= data[1] <= 208 else "rtp"


@asynccontextmanager
async def listening(codec: str, seconds: float = SECONDS) -> AsyncIterator[Listening]:
    """A sender on a real connection, tapped for its first seconds."""
    loop = asyncio.get_running_loop()
    zero = loop.time()
    listener = Listener()
    live = Listening(Peer(now=lambda: loop.time() - zero, listener=listener))
    listener.on_frame = live.on_frame
    loop.set_exception_handler(lambda _, told: live.unhandled.update([_told(told)]))
    sender = RTCPeerConnection(
        RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    )
    tracks = [_Tone(), _Picture()]
    try:
        for track in tracks:
            sender.addTrack(track)
        sender.createDataChannel("events")
        for transceiver in sender.getTransceivers():
            if transceiver.kind == "video":
                codecs = RTCRtpSender.getCapabilities("video").codecs
                wanted = [one for one in codecs if one.mimeType in {codec, "video/rtx"}]
                transceiver.setCodecPreferences(wanted)
        await sender.setLocalDescription(await sender.createOffer())
        live.captured.offer = sender.localDescription.sdp
        answer = await live.peer.answer(parse_offer(live.captured.offer.encode()))
        live.tap()
        await sender.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(CONNECT_WITHIN):
            while not live.frames:  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.05)
        live.tap_wire()
        for _ in range(round(seconds / KEYFRAME_EVERY)):
            await asyncio.sleep(KEYFRAME_EVERY)
            for one in sender.getSenders():
                one._send_keyframe()
        async with asyncio.timeout(CONNECT_WITHIN):
            while not live.captured.rtcp:  # noqa: ASYNC110 - reports come at random times
                await asyncio.sleep(0.05)
        live.untap()
        yield live
    finally:
        for track in tracks:
            track.stop()
        await sender.close()
        await live.peer.close()
        loop.set_exception_handler(None)


def _told(told: dict[str, Any]) -> str:
    return repr(told.get("exception") or told.get("message"))[:120]


async def captured(codec: str, seconds: float = SECONDS) -> Captured:
    """What a few seconds of a sender with that picture codec bring."""
    async with listening(codec, seconds) as live:
        return live.captured
