"""Reads what MediaRecorder writes: WebM (RFC 9559) of one track, also from its middle.

Pure and for hostile bytes: it never reads beyond what is given, and whatever makes no sense is
skipped up to the next cluster. A piece that begins within a cluster gives its first packets only
from the next one on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SEGMENT, CLUSTER = 0x18538067, 0x1F43B675
TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
_ENTERED = frozenset({SEGMENT, CLUSTER, BLOCK_GROUP})
_SKIPPED = frozenset(
    {
        0x1A45DFA3,  # EBML
        0x1549A966,  # Info
        0x1654AE6B,  # Tracks
        0x114D9B74,  # SeekHead
        0x1C53BB6B,  # Cues
        0x1254C367,  # Tags
        0xEC,  # Void
        0xBF,  # CRC-32
        0x9B,  # BlockDuration
        0xFB,  # ReferenceBlock
        0xA7,  # Position
        0xAB,  # PrevSize
        0x75A2,  # DiscardPadding
        0x75A1,  # BlockAdditions
    }
)
_CLUSTER_BYTES = CLUSTER.to_bytes(4, "big")
_LACED = 0x06
CODECS = {b"A_OPUS": "opus", b"V_VP8": "vp8"}


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame; `at` in seconds since the recorder began."""

    at: float
    data: bytes
    keyframe: bool


def codec_of(head: bytes) -> str | None:
    """The codec that a file's head names, if it is one we can join to a stream: opus or vp8."""
    tracks = head.split(_CLUSTER_BYTES, 1)[0]
    found = [codec for name, codec in CODECS.items() if name in tracks]
    return found[0] if len(found) == 1 else None


def packets(data: bytes, *, from_head: bool) -> Iterator[Packet]:
    """The packets in order. `from_head`: the bytes begin with the head of the file."""
    position = 0 if from_head else _next_cluster(data, 0)
    cluster: int | None = None
    while 0 <= position < len(data):
        element = _element(data, position)
        if element is None:
            position = _next_cluster(data, position + 1)
            continue
        identity, body, end = element
        if identity in _ENTERED:
            position = body
            continue
        if identity == TIMESTAMP:
            cluster = int.from_bytes(data[body:end][:8], "big")
        elif identity in {SIMPLE_BLOCK, BLOCK} and cluster is not None:
            packet = _packet(data[body:end], cluster)
            if packet is not None:
                yield packet
        position = end


def _next_cluster(data: bytes, start: int) -> int:
    """Where the next cluster that makes sense begins; -1: nowhere."""
    while True:
        start = data.find(_CLUSTER_BYTES, start)
        if start < 0:
            return -1
        size = _number(data, start + 4)
        if size is not None and data[size[1] : size[1] + 1] == bytes([TIMESTAMP]):
            return start
        start += 1


def _element(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Identity, where the body begins and ends. None: not a whole element that is known here."""
    width = 9 - data[at].bit_length()
    if width > 4:
        return None
    identity = int.from_bytes(data[at : at + width], "big")
    size = _number(data, at + width)
    if size is None or identity not in _ENTERED | _SKIPPED | {TIMESTAMP, SIMPLE_BLOCK, BLOCK}:
        return None
    length, body = size
    if identity in _ENTERED:
        return identity, body, body
    if length < 0 or body + length > len(data):
        return None
    return identity, body, body + length


def _number(data: bytes, at: int) -> tuple[int, int] | None:
    """A variable-size integer (RFC 8794, 4), -1 where all ones say "unknown", and its end."""
    if at >= len(data) or data[at] == 0:
        return None
    width = 9 - data[at].bit_length()
    if at + width > len(data):
        return None
    value = int.from_bytes(data[at : at + width], "big") & (1 << 7 * width) - 1
    return (-1 if value == (1 << 7 * width) - 1 else value), at + width


def _packet(block: bytes, cluster: int) -> Packet | None:
    track = _number(block, 0)
    if track is None or len(block) < track[1] + 4:
        return None
    at = track[1]
    if block[at + 2] & _LACED:
        return None  # MediaRecorder laces nothing
    ticks = cluster + int.from_bytes(block[at : at + 2], "big", signed=True)
    # Timestamps are milliseconds: the default, and what browsers write.
    return Packet(ticks / 1000, block[at + 3 :], bool(block[at + 2] & 0x80))
