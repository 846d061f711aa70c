"""Joins a connection's two track files into one that seeks: stream copy, nothing re-encoded.

VP8 goes to WebM and H.264 to MP4 (index in front), which every browser plays with Opus. Works
the same on files that a crash cut off: a broken tail ends the track there.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from service.journal.spans import Span
from service.live.clock import AUDIO_RATE, Alignment, align
from service.live.encoded import opus_samples
from service.live.recorder import AUDIO_FILE, LEAST_HOLE, SYNC_FILE, VIDEO_FILE

_MILLI = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Finished:
    """A recording ready to be stored. `offset` on the session's clock; both times in seconds."""

    path: Path
    mime: str
    offset: float
    duration: float
    size: int
    sha256: str
    has_audio: bool
    has_video: bool
    holes: tuple[Span, ...] = ()  # on the session's clock: no sound came


@dataclass(frozen=True, slots=True)
class _Timed:
    """A packet and where it belongs, in milliseconds from the connection's start."""

    at: int
    lane: int
    packet: Packet[Stream]

    def __lt__(self, other: _Timed) -> bool:
        return (self.at, self.lane) < (other.at, other.lane)


def finish(folder: Path) -> Finished | None:
    """Make the final file of the recording in `folder`; None when it holds no media. Blocks."""
    origin, alignment = _read_sync(folder)
    sources = [
        source
        for source in (_Source.open(folder / AUDIO_FILE, 0), _Source.open(folder / VIDEO_FILE, 1))
        if source is not None
    ]
    try:
        return _join(folder, sources, origin=origin, alignment=alignment) if sources else None
    finally:
        for source in sources:
            source.container.close()


def recover(root: Path) -> Iterator[tuple[Path, Finished | None]]:
    """Finish every recording folder that a crash left under `root`. Blocks."""
    for sync in sorted(root.glob(f"*/{SYNC_FILE}")):
        yield sync.parent, finish(sync.parent)


def origin_of(folder: Path) -> float:
    """Session time at which the recording in `folder` begins."""
    return _read_sync(folder)[0]


class _Source:
    """One track's file, opened."""

    def __init__(self, container: InputContainer, stream: Stream, lane: int) -> None:
        self.container, self.stream, self.lane = container, stream, lane

    @classmethod
    def open(cls, path: Path, lane: int) -> _Source | None:
        """Open a file; None when it is missing or too short to hold a header."""
        if not path.exists() or path.stat().st_size == 0:
            return None
        try:
            container = av.open(str(path), "r")
        except av.FFmpegError:
            return None
        if not container.streams:
            container.close()
            return None
        return cls(container, container.streams[0], lane)

    def packets(self, alignment: Alignment) -> Iterator[_Timed]:
        """The packets in order with their aligned times; a broken tail ends them."""
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                return
            if packet is None:
                return
            if packet.pts is None or packet.size == 0 or packet.is_corrupt:
                continue
            seconds = float(packet.pts * packet.time_base)
            if self.lane == 1:
                seconds += alignment.at(seconds)
            yield _Timed(round(seconds * 1000), self.lane, packet)


def _join(
    folder: Path, sources: list[_Source], *, origin: float, alignment: Alignment
) -> Finished | None:
    video = next((source for source in sources if source.lane == 1), None)
    mp4 = video is not None and video.stream.codec_context.name == "h264"
    path = folder / ("recording.mp4" if mp4 else "recording.webm")
    options = {"movflags": "+faststart"} if mp4 else {"cues_to_front": "1"}
    start: int | None = None
    end = 0
    sound = (math.inf, -math.inf)  # when it begins and ends, in ms from the file's beginning
    with av.open(str(path), "w", format="mp4" if mp4 else "webm", options=options) as out:
        lanes = {s.lane: out.add_stream_from_template(s.stream) for s in sources}
        last = dict.fromkeys(lanes, -1)
        for timed in merge(*(source.packets(alignment) for source in sources)):
            if start is None:
                start = timed.at
            packet, at = timed.packet, max(timed.at - start, last[timed.lane] + 1)
            last[timed.lane] = at
            length = _milliseconds(packet) if timed.lane else _sound_milliseconds(packet)
            packet.time_base = _MILLI
            packet.pts = packet.dts = at
            packet.duration = length
            packet.stream = lanes[timed.lane]
            end = max(end, at + length)
            if not timed.lane:
                sound = (min(sound[0], at), max(sound[1], at + length))
            out.mux(packet)
    if start is None:
        path.unlink()
        return None
    kind = "video" if video is not None else "audio"
    return Finished(
        path=path,
        mime=f"{kind}/{'mp4' if mp4 else 'webm'}",
        offset=origin + start / 1000,
        duration=end / 1000,
        size=path.stat().st_size,
        sha256=_digest(path),
        has_audio=any(source.lane == 0 for source in sources),
        has_video=video is not None,
        holes=_holes(folder, origin + start / 1000, sound=sound, end=end),
    )


def _holes(
    folder: Path, begin: float, *, sound: tuple[float, float], end: float
) -> tuple[Span, ...]:
    """Where a file that begins at `begin` has no sound, at its ends or within."""
    finish = begin + end / 1000
    if sound[0] > sound[1]:
        return ((begin, finish),)
    first, last = begin + sound[0] / 1000, begin + sound[1] / 1000
    found = [(begin, first), *_read_holes(folder), (last, finish)]
    return tuple(span for span in found if span[1] - span[0] >= LEAST_HOLE)


def _read_holes(folder: Path) -> list[Span]:
    try:
        found = json.loads((folder / SYNC_FILE).read_text())
        return [(float(start), float(end)) for start, end in found["holes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _milliseconds(packet: Packet[Stream]) -> int:
    if not packet.duration or packet.time_base is None:
        return 0
    return round(packet.duration * packet.time_base * 1000)


def _sound_milliseconds(packet: Packet[Stream]) -> int:
    try:
        return round(opus_samples(bytes(packet)) * 1000 / AUDIO_RATE)
    except ValueError:  # the tail of a file that was cut off
        return 0


def _read_sync(folder: Path) -> tuple[float, Alignment]:
    try:
        found = json.loads((folder / SYNC_FILE).read_text())
        origin = float(found["origin"])
        skew = [(float(at) - origin, float(shift)) for at, shift in found["skew"]]
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0, Alignment()
    return origin, align(skew)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
