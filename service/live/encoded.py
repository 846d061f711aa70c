"""Encoded media as it comes off the wire, and the little arithmetic it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["audio", "video"]

# Samples at 48 kHz in one Opus frame, by the TOC byte's configuration (RFC 6716, table 2).
_SILK = (480, 960, 1920, 2880)
_HYBRID = (480, 960)
_CELT = (120, 240, 480, 960)
OPUS_MAX_SAMPLES = 5760  # 120 ms, the longest packet the format allows


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One Opus packet or one whole picture, still encoded.

    `rtp_time` counts clock ticks since the first frame of the connection's track, never wraps
    and may jump over what was lost. `media_time` is in seconds of the session. `lost_before`
    is the number of packets that were lost (not merely unsent) just before this frame. Where
    `temporal_id` is 0, nothing of a higher one is needed.
    """

    kind: Kind
    codec: str  # "opus", "vp8" or "h264"
    data: bytes
    rtp_time: int
    media_time: float
    keyframe: bool = True
    lost_before: int = 0
    temporal_id: int = 0


class Unwrapper:
    """Extends a counter of `bits` bits to one that never wraps, whatever the packets' order."""

    def __init__(self, bits: int) -> None:
        self._size = 1 << bits
        self._last: int | None = None

    @property
    def latest(self) -> int:
        """The highest extended value seen (0 before the first)."""
        return self._last or 0

    def extend(self, value: int) -> int:
        """The extended counter for `value`, taken as the one nearest to the last seen."""
        if self._last is None:
            self._last = value
            return value
        step = (value - self._last) % self._size
        if step >= self._size // 2:
            step -= self._size
        self._last = max(self._last + step, self._last)
        return self._last if step >= 0 else self._last + step


def opus_samples(packet: bytes) -> int:
    """Length of an Opus packet in samples at 48 kHz. Raises ValueError on an invalid one."""
    if not packet:
        raise ValueError("empty Opus packet")
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = _SILK[config & 3]
    elif config < 16:
        frame = _HYBRID[config & 1]
    else:
        frame = _CELT[config & 3]
    if code == 3 and len(packet) < 2:
        raise ValueError("truncated Opus packet")
    count = (1, 2, 2, packet[1] & 0x3F if code == 3 else 0)[code]
    samples = frame * count
    if not 0 < samples <= OPUS_MAX_SAMPLES:
        raise ValueError("invalid Opus packet length")
    return samples


def silent_opus(samples: int) -> tuple[bytes, int]:
    """A silent Opus packet not longer than `samples` (at 48 kHz), and its length.

    It is the encoder's own output for digital silence (CELT, full band, mono), the same
    three bytes for every length; (b"", 0) when `samples` is below the shortest (2.5 ms).
    """
    for config in (31, 30, 29, 28):
        length = _CELT[config & 3]
        if length <= samples:
            return bytes((config << 3, 0xFF, 0xFE)), length
    return b"", 0
