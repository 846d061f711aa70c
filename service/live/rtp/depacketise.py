"""Puts pictures together from packets in order: VP8 (RFC 7741) and H.264 (RFC 6184).

A picture comes out only when all of it is there; what has a hole is dropped. Nothing raises: a
payload that cannot be read counts as a hole.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from service.live.rtp.parse import Packet

_VP8_START_CODE = b"\x9d\x01\x2a"
_ANNEX_B = b"\x00\x00\x00\x01"
_IDR, _SPS, _PPS, _STAP_A, _FU_A = 5, 7, 8, 24, 28
_LARGEST = 4 << 20  # bytes of a picture; beyond it the sender is not to be believed


class Picture(NamedTuple):
    """One whole encoded picture. Where `temporal_id` is 0, no other depends on a higher one."""

    timestamp: int  # RTP, 32 bits
    data: bytes
    keyframe: bool
    temporal_id: int = 0
    reference: bool = True  # whether later pictures may build on it
    size: tuple[int, int] | None = None  # width and height, of VP8 keyframes


class Assembler(Protocol):
    """Takes packets in order, without the lost ones; tells of each hole by `gap`."""

    broken: bool  # set when a payload could not be read; whoever sees it clears it

    def push(self, packet: Packet) -> list[Picture]:
        """Take the next packet; the pictures that are whole now (none, one or two)."""

    def gap(self) -> None:
        """Packets are missing here: the open picture is lost."""

    def starts_keyframe(self, packet: Packet) -> bool:
        """Whether a keyframe begins with this packet."""


class Vp8Descriptor(NamedTuple):
    """A VP8 payload descriptor; `size` is its length in bytes."""

    size: int
    starts: bool  # begins a picture
    reference: bool
    picture_id: int | None = None
    tl0_index: int | None = None
    temporal_id: int = 0
    layer_sync: bool = False
    key_index: int | None = None


def vp8_descriptor(payload: bytes) -> Vp8Descriptor | None:
    """Read the descriptor (RFC 7741, 4.2); None when it is cut short or nothing follows it."""
    if len(payload) < 2:
        return None
    first = payload[0]
    starts, reference = first & 0x17 == 0x10, not first & 0x20
    if not first & 0x80:
        return Vp8Descriptor(1, starts, reference)
    try:
        head = _extended(payload, Vp8Descriptor(2, starts, reference))
    except IndexError:
        return None
    return head if head.size < len(payload) else None


def _extended(payload: bytes, head: Vp8Descriptor) -> Vp8Descriptor:
    flags, at = payload[1], 2
    picture_id = tl0_index = key_index = None
    temporal_id, layer_sync = 0, False
    if flags & 0x80:
        picture_id, at = payload[at], at + 1
        if picture_id & 0x80:
            picture_id, at = (picture_id & 0x7F) << 8 | payload[at], at + 1
    if flags & 0x40:
        tl0_index, at = payload[at], at + 1
    if flags & 0x30:
        both, at = payload[at], at + 1
        if flags & 0x20:
            temporal_id, layer_sync = both >> 6, bool(both & 0x20)
        if flags & 0x10:
            key_index = both & 0x1F
    return Vp8Descriptor(
        at, head.starts, head.reference, picture_id, tl0_index, temporal_id, layer_sync, key_index
    )


def vp8_size(frame: bytes) -> tuple[int, int] | None:
    """Width and height of a VP8 keyframe (RFC 6386, 9.1); None when it is none."""
    if len(frame) < 10 or frame[0] & 1 or frame[3:6] != _VP8_START_CODE:
        return None
    width, height = (int.from_bytes(frame[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return (width, height) if width and height else None


class _Base:
    """The open picture's pieces. It is open from its first packet to its marker."""

    def __init__(self) -> None:
        self.broken = False
        self._pieces: list[bytes] = []
        self._timestamp = 0
        self._open = False
        self._length = 0

    def gap(self) -> None:
        self._open = False
        self._pieces = []
        self._length = 0

    def _fail(self) -> None:
        self.gap()
        self.broken = True

    def _add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > _LARGEST:
            self._fail()


class Vp8(_Base):
    """VP8 pictures."""

    def __init__(self) -> None:
        super().__init__()
        self._head = Vp8Descriptor(0, False, False)

    def starts_keyframe(self, packet: Packet) -> bool:
        head = vp8_descriptor(packet.payload)
        return head is not None and head.starts and not packet.payload[head.size] & 1

    def push(self, packet: Packet) -> list[Picture]:
        payload = packet.payload
        if not payload:
            return []  # padding
        head = vp8_descriptor(payload)
        if head is None:
            self._fail()
            return []
        out = self._close() if self._open and packet.timestamp != self._timestamp else []
        if head.starts:
            self.gap()
            self._open, self._timestamp, self._head = True, packet.timestamp, head
        if self._open:
            self._add(payload[head.size :])
            if packet.marker:
                out += self._close()
        return out

    def _close(self) -> list[Picture]:
        data, head = b"".join(self._pieces), self._head
        is_open = self._open
        self.gap()
        if not is_open:
            return []
        keyframe, size = not data[0] & 1, None
        if keyframe:
            size = vp8_size(data)
            if size is None:
                self._fail()
                return []
        return [Picture(self._timestamp, data, keyframe, head.temporal_id, head.reference, size)]


class H264(_Base):
    """H.264 access units in Annex B form; parameter sets come before every keyframe."""

    def __init__(self) -> None:
        super().__init__()
        self._fragments: list[bytes] | None = None
        self._kinds: set[int] = set()
        self._reference = False
        self._lost = True  # a packet is missing since the last end of a picture
        self._sets: dict[int, bytes] = {}  # SPS and PPS as last seen

    def starts_keyframe(self, packet: Packet) -> bool:
        payload = packet.payload
        if len(payload) < 4:
            return False
        kind = payload[0] & 0x1F
        return (payload[3] if kind == _STAP_A else payload[0]) & 0x1F == _SPS

    def gap(self) -> None:
        super().gap()
        self._lost = True
        self._begin_units()

    def push(self, packet: Packet) -> list[Picture]:
        if not packet.payload:
            return []
        out: list[Picture] = []
        if self._open and packet.timestamp != self._timestamp:
            out = self._close()
        if not self._open and (not self._lost or self.starts_keyframe(packet)):
            self._open, self._lost, self._timestamp = True, False, packet.timestamp
        if self._open:
            if not self._take(packet.payload):
                self._fail()
            elif packet.marker:
                out += self._close()
        if packet.marker:
            self._lost = False  # the next packet begins a picture, whatever was with this one
        return out

    def _take(self, payload: bytes) -> bool:
        kind = payload[0] & 0x1F
        if kind == _FU_A:
            return self._fragment(payload)
        if self._fragments is not None:
            return False  # a unit without its end
        if kind == _STAP_A:
            return self._aggregate(payload)
        if not 1 <= kind < _STAP_A:
            return False  # modes that nobody negotiated
        self._unit(payload)
        return True

    def _aggregate(self, payload: bytes) -> bool:
        at = 1
        while at + 2 < len(payload):
            size = payload[at] << 8 | payload[at + 1]
            at += 2
            if not 0 < size <= len(payload) - at:
                return False
            self._unit(payload[at : at + size])
            at += size
        return at == len(payload) and at > 1

    def _fragment(self, payload: bytes) -> bool:
        if len(payload) < 3:
            return False
        start, end = payload[1] & 0x80, payload[1] & 0x40
        if start:
            if self._fragments is not None:
                return False
            self._fragments = [bytes((payload[0] & 0xE0 | payload[1] & 0x1F,))]
        if self._fragments is None:
            return False
        self._fragments.append(payload[2:])
        self._length += len(payload)
        if self._length > _LARGEST:
            return False
        if end:
            unit, self._fragments = b"".join(self._fragments), None
            self._unit(unit)
        return True

    def _unit(self, unit: bytes) -> None:
        kind = unit[0] & 0x1F
        if kind in (_SPS, _PPS):
            self._sets[kind] = unit
        elif kind == _IDR:
            for needed in (_SPS, _PPS):
                if needed not in self._kinds and needed in self._sets:
                    self._kinds.add(needed)
                    self._add(_ANNEX_B + self._sets[needed])
        if kind <= _IDR and unit[0] & 0x60:
            self._reference = True
        self._kinds.add(kind)
        self._add(_ANNEX_B + unit)

    def _close(self) -> list[Picture]:
        if self._fragments is not None:
            self._fail()
            return []
        data, kinds, reference = b"".join(self._pieces), self._kinds, self._reference
        self._open, self._pieces, self._length = False, [], 0
        self._begin_units()
        if not data:
            return []
        keyframe = _IDR in kinds and _SPS in kinds and _PPS in kinds
        layer = 0 if reference or not kinds & {1, 2, 3, 4, _IDR} else 1
        return [Picture(self._timestamp, data, keyframe, layer, reference)]

    def _begin_units(self) -> None:
        self._fragments, self._kinds, self._reference = None, set(), False
