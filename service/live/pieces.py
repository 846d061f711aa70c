"""From journal chunks to the frames that fill one gap. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from service.journal import webm
from service.journal.spans import Span
from service.live.clock import AUDIO_RATE, VIDEO_RATE
from service.live.encoded import EncodedFrame, opus_samples

SLACK = 0.02  # seconds that a packet may reach over the edge of its gap
ROUNDING = 0.005  # seconds: timestamps are whole milliseconds


@dataclass(frozen=True, slots=True)
class Piece:
    """One chunk with its bytes. `origin`: its run's time zero in session seconds."""

    run: UUID
    lane: str
    number: int
    origin: float
    data: bytes


def fill_frames(pieces: Iterable[Piece], gap: Span) -> list[EncodedFrame]:
    """The frames within the gap, sound and picture by time; no sound, no frames."""
    runs: dict[tuple[str, UUID], list[Piece]] = {}
    for piece in pieces:
        runs.setdefault((piece.lane, piece.run), []).append(piece)
    sound: list[EncodedFrame] = []
    pictures: list[EncodedFrame] = []
    for (lane, _), found in runs.items():
        if lane == "audio":
            sound += _sound(found, gap)
        else:
            pictures += _pictures(found, gap)
    sound = _in_order(sound)
    if not sound:
        return []
    return sorted([*sound, *_in_order(pictures)], key=lambda frame: frame.media_time)


def _stretches(found: list[Piece]) -> Iterator[tuple[bytes, bool]]:
    """Bytes of chunks that follow on, and whether they begin with the head of the file."""
    ordered = sorted(found, key=lambda piece: piece.number)
    begun, held = 0, b""
    for index, piece in enumerate(ordered):
        if index and piece.number != ordered[index - 1].number + 1:
            yield held, begun == 0
            held = b""
        if not held:
            begun = piece.number
        held += piece.data
    if held:
        yield held, begun == 0


def _packets(found: list[Piece], codec: str) -> Iterator[tuple[float, webm.Packet]]:
    """Packets with their session times; none where the head names another codec."""
    head = next((piece.data for piece in found if piece.number == 0), b"")
    if webm.codec_of(head) != codec:
        return
    origin = median(piece.origin for piece in found)
    for data, from_head in _stretches(found):
        for packet in webm.packets(data, from_head=from_head):
            yield origin + packet.at, packet


def _sound(found: list[Piece], gap: Span) -> Iterator[EncodedFrame]:
    start, end = gap
    for at, packet in _packets(found, "opus"):
        try:
            length = opus_samples(packet.data) / AUDIO_RATE
        except ValueError:
            continue
        if at >= start - SLACK and at + length <= end + SLACK:
            ticks = round((at - start) * AUDIO_RATE)
            yield EncodedFrame("audio", "opus", packet.data, ticks, at)


def _pictures(found: list[Piece], gap: Span) -> Iterator[EncodedFrame]:
    start, end = gap
    begun = False
    for at, packet in _packets(found, "vp8"):
        # RFC 6386, 9.1: the bit is 0 in a keyframe; the container's word is not relied on.
        keyframe = bool(packet.data) and not packet.data[0] & 1
        begun = (begun or keyframe) if start <= at <= end else False
        if begun:
            ticks = round((at - start) * VIDEO_RATE)
            yield EncodedFrame("video", "vp8", packet.data, ticks, at, keyframe)


def _in_order(frames: list[EncodedFrame]) -> list[EncodedFrame]:
    """By time; of two runs that overlap (a page that was opened twice) the one that came first."""
    out: list[EncodedFrame] = []
    until = float("-inf")
    for frame in sorted(frames, key=lambda one: one.media_time):
        if frame.media_time < until - ROUNDING:
            continue
        length = opus_samples(frame.data) / AUDIO_RATE if frame.kind == "audio" else ROUNDING
        out.append(frame)
        until = frame.media_time + length
    return out
