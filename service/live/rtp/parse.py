"""Reads one RTP packet (RFC 3550, 5.1) with its header extensions (RFC 8285).

Nothing here raises: what is no RTP packet is None.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

_HEADER = Struct("!BBHII")
_EXTENSION = Struct("!HH")
_SOURCE = Struct("!I")
_ONE_BYTE = 0xBEDE
_TWO_BYTE = 0x100  # the upper 12 bits of the profile; the rest are for the application


class Packet(NamedTuple):
    """One packet. `payload` is without padding; it is empty in a packet of padding only."""

    payload_type: int
    marker: bool
    sequence: int  # 16 bits
    timestamp: int  # 32 bits
    ssrc: int
    payload: bytes
    csrc: tuple[int, ...] = ()
    profile: int = 0  # of the header extension, 0 without one
    extension: bytes = b""


def parse(data: bytes | memoryview) -> Packet | None:
    """The packet in a datagram that is already decrypted, or None."""
    size = len(data)
    if size < 12:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2:
        return None
    if first & 0x20:
        size -= data[-1]
        if data[-1] == 0 or size < 12:
            return None
    start = 12
    marker, payload_type = second >= 128, second & 0x7F
    if not first & 0x1F:
        return Packet(payload_type, marker, sequence, timestamp, ssrc, bytes(data[12:size]))
    start += 4 * (first & 0x0F)
    if start > size:
        return None
    csrc = tuple(_SOURCE.unpack_from(data, at)[0] for at in range(12, start, 4))
    profile, extension = 0, b""
    if first & 0x10:
        if start + 4 > size:
            return None
        profile, words = _EXTENSION.unpack_from(data, start)
        body, start = start + 4, start + 4 + 4 * words
        if start > size:
            return None
        extension = bytes(data[body:start])
    payload = bytes(data[start:size])
    return Packet(
        payload_type, marker, sequence, timestamp, ssrc, payload, csrc, profile, extension
    )


def extensions(packet: Packet) -> dict[int, bytes]:
    """A packet's header extension elements by number; what is cut short is left out."""
    if packet.profile == _ONE_BYTE:
        return _one_byte(packet.extension)
    if packet.profile >> 4 == _TWO_BYTE:
        return _two_byte(packet.extension)
    return {}


def _one_byte(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        number, size = data[at] >> 4, (data[at] & 0x0F) + 1
        if data[at] == 0:  # padding
            at += 1
            continue
        if number == 15 or at + 1 + size > len(data):  # 15: stop here
            break
        found[number] = data[at + 1 : at + 1 + size]
        at += 1 + size
    return found


def _two_byte(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 1 < len(data):
        number, size = data[at], data[at + 1]
        if number == 0:
            at += 1
            continue
        if at + 2 + size > len(data):
            break
        found[number] = data[at + 2 : at + 2 + size]
        at += 2 + size
    return found


def unwrap_rtx(packet: Packet, *, payload_type: int, ssrc: int) -> Packet | None:
    """The packet that a retransmission carries (RFC 4588, 4); None when it carries none."""
    if len(packet.payload) < 2:
        return None  # padding of a bandwidth probe
    sequence = packet.payload[0] << 8 | packet.payload[1]
    return packet._replace(
        payload_type=payload_type, sequence=sequence, ssrc=ssrc, payload=packet.payload[2:]
    )


def distance(to: int, since: int, *, bits: int) -> int:
    """How far `to` is ahead of `since` on a counter that wraps; negative when it is behind."""
    size = 1 << bits
    step = (to - since) & (size - 1)
    return step - size if step >= size >> 1 else step
