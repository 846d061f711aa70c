"""Generated RTP streams: packets of Opus and VP8 whose payloads tell which they are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack

from service.live.clock import TrackClock
from service.live.encoded import EncodedFrame
from service.live.rtp.path import Feedback, ReceivePath
from service.live.rtp.track import Lost, Outlet, Plan, Track

OPUS, VP8, H264, RTX = 111, 96, 102, 97
AUDIO_SSRC, VIDEO_SSRC, RTX_SSRC = 0xA0D10, 0x71DE0, 0x71DE1
OTHER_RTX_SSRC = 0x71DE9  # repairs another track
VP8_KEY_HEAD = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00"  # 320 x 240
VP8_DELTA_HEAD = b"\x11\x02\x00"


def rtp(payload: bytes, *, kind: int, sequence: int, timestamp: int, **more: int) -> bytes:
    """One packet. `more`: ssrc, marker, padding (bytes)."""
    padding = more.get("padding", 0)
    first = 0x80 | (0x20 if padding else 0)
    second = kind | (0x80 if more.get("marker") else 0)
    ssrc = more.get("ssrc", AUDIO_SSRC if kind == OPUS else VIDEO_SSRC)
    head = pack("!BBHII", first, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return head + payload + (bytes(padding - 1) + bytes([padding]) if padding else b"")


def opus_payload(number: int) -> bytes:
    """A CELT packet of 20 ms (its first byte says so) that carries its number."""
    return b"\xf8" + pack("!I", number) * 8


@dataclass(frozen=True, slots=True)
class Sent:
    """A packet at its time of sending. `frame` counts the frames of its track."""

    at: float
    data: bytes
    kind: int
    sequence: int
    frame: int


@dataclass(frozen=True, slots=True)
class Start:
    """Where a stream's counters begin."""

    sequence: int = 100
    timestamp: int = 5000
    ssrc: int = 0


def opus_stream(count: int, start: Start = Start()) -> list[Sent]:
    """`count` packets of 20 ms."""
    return [
        Sent(
            n * 0.02,
            rtp(
                opus_payload(n),
                kind=OPUS,
                sequence=start.sequence + n,
                timestamp=start.timestamp + n * 960,
                ssrc=start.ssrc or AUDIO_SSRC,
            ),
            OPUS,
            (start.sequence + n) & 0xFFFF,
            n,
        )
        for n in range(count)
    ]


def vp8_frame(number: int, *, keyframe: bool) -> bytes:
    """A picture of 1 to 4 packets, by its number; keyframes have 5."""
    head = VP8_KEY_HEAD if keyframe else VP8_DELTA_HEAD
    pieces = 5 if keyframe else 1 + number % 4
    return head + random.Random(number).randbytes(100 * pieces - len(head))


def vp8_packets(frame: bytes, number: int) -> list[bytes]:
    """Payloads of 100 bytes of picture each, with a descriptor that carries a picture id."""
    cut = [frame[at : at + 100] for at in range(0, len(frame), 100)]
    identity = pack("!H", 0x8000 | number & 0x7FFF)
    return [(b"\x80\x80" if n else b"\x90\x80") + identity + part for n, part in enumerate(cut)]


def vp8_stream(count: int, start: Start = Start(), *, key_every: int = 15) -> list[Sent]:
    """`count` pictures at 15 per second."""
    out: list[Sent] = []
    for number in range(count):
        payloads = vp8_packets(vp8_frame(number, keyframe=number % key_every == 0), number)
        for index, payload in enumerate(payloads):
            sequence = (start.sequence + len(out)) & 0xFFFF
            data = rtp(
                payload,
                kind=VP8,
                sequence=sequence,
                timestamp=start.timestamp + number * 6000,
                marker=index == len(payloads) - 1,
                ssrc=start.ssrc or VIDEO_SSRC,
            )
            out.append(Sent(number / 15 + index * 0.001, data, VP8, sequence, number))
    return out


def as_rtx(sent: Sent, sequence: int) -> bytes:
    """A packet as its retransmission (RFC 4588)."""
    head = sent.data[:1] + bytes([sent.data[1] & 0x80 | RTX]) + pack("!H", sequence & 0xFFFF)
    return head + sent.data[4:8] + pack("!I", RTX_SSRC) + sent.data[2:4] + sent.data[12:]


class Bench:
    """A receive path with a track of sound and one of picture, and all that came out of it."""

    def __init__(self, video: str = "vp8", *, nack: bool = True, sound_nack: bool = False) -> None:
        self.frames: list[EncodedFrame] = []
        self.lost: list[Lost] = []
        self.asked: list[tuple[float, Feedback]] = []
        self.now = 0.0
        self.path = ReceivePath(lambda feedback: self.asked.append((self.now, feedback)))
        outlet = Outlet(on_frame=self.frames.append, on_lost=self.lost.append)
        self.audio = Track(
            Plan("audio", {OPUS: "opus"}, 48_000, nack=sound_nack),
            clock=TrackClock(48_000, lambda: self.now),
            outlet=outlet,
        )
        plan = Plan(
            "video",
            {VP8 if video == "vp8" else H264: video},
            90_000,
            rtx={RTX: VP8},
            rtx_sources={RTX_SSRC: VIDEO_SSRC, OTHER_RTX_SSRC: 1},
            nack=nack,
        )
        self.video = Track(plan, clock=TrackClock(90_000, lambda: self.now), outlet=outlet)
        self.path.add(self.audio)
        self.path.add(self.video)

    def run_to(self, now: float) -> None:
        """Let the clock go on, with every tick that is due on the way."""
        for _ in range(100_000):
            if self.path.due > now:
                break
            before = self.path.due
            self.now = max(self.now, before)
            self.path.tick(self.now)
            assert self.path.due > before, "a tick that changes nothing would spin"
        self.now = max(self.now, now)

    def take(self, data: bytes, now: float) -> None:
        self.run_to(now)
        self.path.datagram(data, self.now)

    def play(self, arrivals: Sequence[tuple[float, bytes]]) -> None:
        """All arrivals in the order of their times, and three seconds more."""
        for at, data in sorted(arrivals, key=lambda arrival: arrival[0]):
            self.take(data, at)
        self.run_to(self.now + 3)

    def of(self, kind: str) -> list[EncodedFrame]:
        return [frame for frame in self.frames if frame.kind == kind]
