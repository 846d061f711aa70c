"""Writes Matroska (RFC 9559, EBML RFC 8794): one track a file, a cluster at a time. Pure bytes.

FFmpeg's muxer would do, but each packet through it gives up the interpreter's lock and takes it
again, 65 times a second and session: on a busy server that was 6 ms of CPU per second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from struct import pack

MILLISECONDS = 1_000_000  # nanoseconds of one tick of the file's clock
FURTHEST = 30_000  # ticks between a cluster's beginning and its blocks: 16 bits, signed
_UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
_CLUSTER = 0x1F43B675
_VIDEO, _AUDIO = 1, 2
_OPUS_PREROLL = 80_000_000  # nanoseconds a decoder needs to settle (RFC 7845, 4.6)
_START = b"\x00\x00\x01"
_SPS, _PPS = 7, 8


@dataclass(frozen=True, slots=True)
class Block:
    """One frame: milliseconds since the file's zero, and whether decoding may begin here."""

    at: int
    data: bytes
    keyframe: bool = True


def opus_head() -> bytes:
    """The head of a file of one Opus track, 48 kHz stereo without pre-skip (RFC 7845, 5.1)."""
    private = b"OpusHead" + pack("<BBHIHB", 1, 2, 0, 48_000, 0, 0)
    sound = _element(0xB5, pack(">d", 48_000.0)) + _number(0x9F, 2)
    return _head(
        _number(0x83, _AUDIO)
        + _element(0x86, b"A_OPUS")
        + _element(0x63A2, private)
        + _number(0x56BB, _OPUS_PREROLL)
        + _element(0xE1, sound)
    )


def vp8_head(width: int, height: int) -> bytes:
    """The head of a file of one VP8 track."""
    return _head(_number(0x83, _VIDEO) + _element(0x86, b"V_VP8") + _screen(width, height))


def h264_head(keyframe: bytes, width: int, height: int) -> bytes:
    """The head of a file of one H.264 track, whose parameter sets are those of `keyframe`.

    Raises ValueError where it has none.
    """
    private = _avc_configuration(units(keyframe))
    return _head(
        _number(0x83, _VIDEO)
        + _element(0x86, b"V_MPEG4/ISO/AVC")
        + _element(0x63A2, private)
        + _screen(width, height)
    )


def cluster(blocks: Iterable[Block]) -> bytes:
    """Clusters that hold `blocks`, in their order; nothing of nothing."""
    out: list[bytes] = []
    start = 0
    parts: list[bytes] = []
    for block in blocks:
        if parts and not 0 <= block.at - start <= FURTHEST:
            out.append(_element(_CLUSTER, _number(0xE7, start) + b"".join(parts)))
            parts = []
        if not parts:
            start = block.at
        head = pack(">BhB", 0x81, block.at - start, 0x80 if block.keyframe else 0)
        parts += [b"\xa3", _size(len(head) + len(block.data)), head, block.data]
    if parts:
        out.append(_element(_CLUSTER, _number(0xE7, start) + b"".join(parts)))
    return b"".join(out)


def units(annex_b: bytes) -> list[bytes]:
    """The NAL units between start codes (H.264, annex B)."""
    found = (part.rstrip(b"\x00") for part in annex_b.split(_START))
    return [unit for unit in found if unit]


def with_lengths(annex_b: bytes) -> bytes:
    """The same units, each behind its length in four bytes (ISO/IEC 14496-15, 5.3)."""
    return b"".join(pack(">I", len(unit)) + unit for unit in units(annex_b))


def _avc_configuration(found: list[bytes]) -> bytes:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3)."""
    sequence = [unit for unit in found if unit[0] & 0x1F == _SPS and len(unit) >= 4]
    picture = [unit for unit in found if unit[0] & 0x1F == _PPS]
    if not sequence or not picture:
        raise ValueError("a keyframe without parameter sets")
    record = bytes([1]) + sequence[0][1:4] + bytes([0xFF, 0xE0 | len(sequence[:31])])
    record += b"".join(pack(">H", len(unit)) + unit for unit in sequence[:31])
    record += bytes([len(picture[:255])])
    return record + b"".join(pack(">H", len(unit)) + unit for unit in picture[:255])


def _head(track: bytes) -> bytes:
    """EBML header, a segment without an end, and its one track."""
    ebml = _element(
        0x1A45DFA3,
        _number(0x4286, 1)
        + _number(0x42F7, 1)
        + _number(0x42F2, 4)
        + _number(0x42F3, 8)
        + _element(0x4282, b"matroska")
        + _number(0x4287, 4)
        + _number(0x4285, 2),
    )
    names = _element(0x4D80, b"candor") + _element(0x5741, b"candor")
    info = _element(0x1549A966, _number(0x2AD7B1, MILLISECONDS) + names)
    entry = _number(0xD7, 1) + _number(0x73C5, 1) + _number(0x9C, 0) + track
    tracks = _element(0x1654AE6B, _element(0xAE, entry))
    return ebml + b"\x18\x53\x80\x67" + _UNKNOWN + info + tracks


def _screen(width: int, height: int) -> bytes:
    return _element(0xE0, _number(0xB0, width) + _number(0xBA, height))


def _element(identity: int, body: bytes) -> bytes:
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big") + _size(len(body)) + body


def _number(identity: int, value: int) -> bytes:
    return _element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _size(length: int) -> bytes:
    """A variable-size integer (RFC 8794, 4); all ones is reserved for "unknown"."""
    for width in range(1, 9):
        if length < (1 << 7 * width) - 1:
            return (length | 1 << 7 * width).to_bytes(width, "big")
    raise ValueError("an element of 64 petabytes")
