"""Joins the recordings of a session into one file on its own timeline: stream copy throughout.

Each part says where its sound counts; what a part holds elsewhere (silence that stood in for what
did not come) gives way to the part that was there. After a change of parts pictures begin with a
keyframe, so that nothing is decoded on top of another stream's picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from service.journal.spans import Span, missing
from service.live.clock import AUDIO_RATE
from service.live.encoded import opus_samples, silent_opus
from service.live.recorder import LEAST_HOLE
from service.live.remux import Finished

_MILLI = Fraction(1, 1000)
_TOLERANCE = 5  # milliseconds of silence that are a clock's rounding
_EDGE = 0.03  # seconds: packets at the edge of a stretch belong to it


@dataclass(frozen=True, slots=True)
class Part:
    """A recording: its file, where it begins on the session's clock, where its sound counts.

    `leads`: it came over the stream; the joined file takes its kind of picture.
    """

    path: Path
    offset: float
    spans: tuple[Span, ...]
    leads: bool


@dataclass(frozen=True, slots=True)
class _Timed:
    """A packet at a session time in milliseconds."""

    at: int
    lane: int
    part: int
    packet: Packet[Stream]

    def __lt__(self, other: _Timed) -> bool:
        return (self.at, self.lane, self.part) < (other.at, other.lane, other.part)


class _Opened:
    """One part, opened."""

    def __init__(self, index: int, part: Part, container: InputContainer) -> None:
        self.index, self.part, self.container = index, part, container
        self.audio = next(iter(container.streams.audio), None)
        self.video = next(iter(container.streams.video), None)

    @property
    def codec(self) -> str | None:
        """The picture's codec."""
        return self.video.codec_context.name if self.video is not None else None

    def packets(self, *, pictures: bool) -> Iterator[_Timed]:
        """All packets that count, in the order of the file."""
        wanted = [one for one in (self.audio, self.video if pictures else None) if one is not None]
        for packet in self.container.demux(wanted):
            if packet.pts is None or packet.time_base is None or not packet.size:
                continue
            at = self.part.offset + float(packet.pts * packet.time_base)
            lane = 0 if packet.stream is self.audio else 1
            if self._counts(at, packet, lane=lane):
                yield _Timed(round(at * 1000), lane, self.index, packet)

    def _counts(self, at: float, packet: Packet[Stream], *, lane: int) -> bool:
        middle = at if lane else at + _samples(packet) / AUDIO_RATE / 2
        edge = LEAST_HOLE if lane else _EDGE
        return any(start - edge <= middle <= end + edge for start, end in self.part.spans)


def stitch(parts: list[Part], out: Path) -> Finished | None:
    """The joined file in the folder `out`; None where pictures are of two kinds. Blocks."""
    with ExitStack() as stack:
        opened = [
            _Opened(index, part, stack.enter_context(av.open(str(part.path), "r")))
            for index, part in enumerate(sorted(parts, key=lambda part: part.offset))
        ]
        leading = {one.codec for one in opened if one.part.leads and one.codec}
        if len(leading) > 1 or not any(one.audio for one in opened):
            return None
        codec = next(iter(leading or {one.codec for one in opened if one.codec}), None)
        name = "recording.mp4" if codec == "h264" else "recording.webm"
        writer = _Writer(opened, codec)
        begin, end = writer.write(out / name)
    spans = sorted(span for part in parts for span in part.spans)
    return Finished(
        path=out / name,
        mime=f"{'video' if codec else 'audio'}/{'mp4' if codec == 'h264' else 'webm'}",
        offset=begin / 1000,
        duration=(end - begin) / 1000,
        size=(out / name).stat().st_size,
        sha256=_digest(out / name),
        has_audio=True,
        has_video=codec is not None,
        holes=_holes(spans, (begin / 1000, end / 1000)),
    )


class _Writer:
    """Writes the packets of all parts into one file."""

    def __init__(self, opened: list[_Opened], codec: str | None) -> None:
        self._opened, self._codec = opened, codec
        self._streams: dict[int, Stream] = {}
        self._last = {0: -1, 1: -1}
        self._sound_until: int | None = None
        self._shown: int | None = None  # the part whose picture was written last
        self._begin = 0
        self._end = 0

    def write(self, path: Path) -> tuple[int, int]:
        """Write all; beginning and end in milliseconds of the session."""
        mp4 = path.suffix == ".mp4"
        options = {"movflags": "+faststart"} if mp4 else {"cues_to_front": "1"}
        lanes = (one.packets(pictures=one.codec == self._codec) for one in self._opened)
        with av.open(str(path), "w", format="mp4" if mp4 else "webm", options=options) as out:
            self._add_streams(out)
            for number, timed in enumerate(merge(*lanes)):
                if not number:
                    self._begin = timed.at
                if timed.lane:
                    self._picture(out, timed)
                else:
                    self._sound(out, timed)
        return self._begin, max(self._end, self._begin)

    def _add_streams(self, out: OutputContainer) -> None:
        audio = next(one.audio for one in self._opened if one.audio is not None)
        self._streams[0] = out.add_stream_from_template(audio)
        first = [one for one in self._opened if one.codec == self._codec and one.video is not None]
        first.sort(key=lambda one: not one.part.leads)
        if self._codec is not None and first and first[0].video is not None:
            self._streams[1] = out.add_stream_from_template(first[0].video)

    def _picture(self, out: OutputContainer, timed: _Timed) -> None:
        if timed.part != self._shown:
            if not timed.packet.is_keyframe:
                return
            self._shown = timed.part
        packet = timed.packet
        length = 0
        if packet.duration and packet.time_base is not None:
            length = round(packet.duration * packet.time_base * 1000)
        self._mux(out, packet, lane=1, at=timed.at, length=length)

    def _sound(self, out: OutputContainer, timed: _Timed) -> None:
        length = round(_samples(timed.packet) * 1000 / AUDIO_RATE)
        if self._sound_until is not None:
            if timed.at + length / 2 < self._sound_until:
                return  # a second copy of what is there
            self._silence(out, timed.at)
        self._mux(out, timed.packet, lane=0, at=timed.at, length=length)
        self._sound_until = timed.at + length

    def _silence(self, out: OutputContainer, until: int) -> None:
        at = self._sound_until or 0
        while until - at > _TOLERANCE:
            data, samples = silent_opus(min(until - at, 20) * AUDIO_RATE // 1000)
            if not samples:
                return
            length = samples * 1000 // AUDIO_RATE
            self._mux(out, Packet(data), lane=0, at=at, length=max(1, length))
            at += max(1, length)

    def _mux(
        self, out: OutputContainer, packet: Packet[Stream], *, lane: int, at: int, length: int
    ) -> None:
        at = max(at - self._begin, self._last[lane] + 1)
        self._last[lane] = at
        packet.time_base = _MILLI
        packet.pts = packet.dts = at
        packet.duration = length
        packet.stream = self._streams[lane]
        self._end = max(self._end, self._begin + at + length)
        out.mux(packet)


def _samples(packet: Packet[Stream]) -> int:
    try:
        return opus_samples(bytes(packet))
    except ValueError:  # the tail of a file that was cut off
        return 0


def _holes(spans: list[Span], within: Span) -> tuple[Span, ...]:
    return tuple(missing(spans, within, least=LEAST_HOLE))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
