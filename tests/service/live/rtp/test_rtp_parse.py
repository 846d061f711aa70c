"""RTP packets as bytes: what is read from them, and that no bytes at all raise."""

from __future__ import annotations

import random
from struct import pack

from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from service.live.rtp.parse import Packet, distance, extensions, parse, unwrap_rtx
from tests.fakes.rtp import rtp


def test_the_fields_of_a_packet_are_read() -> None:
    packet = parse(rtp(b"abc", kind=96, sequence=7, timestamp=9, ssrc=5, marker=1))
    assert packet == Packet(96, True, 7, 9, 5, b"abc")


def test_sources_extension_and_padding_are_taken_off_the_payload() -> None:
    head = pack("!BBHII", 0x80 | 0x20 | 0x10 | 2, 111, 1, 2, 3) + pack("!II", 8, 9)
    packet = parse(head + pack("!HH", 0xBEDE, 2) + b"\x10A\x21BC\x00\xf0Z" + b"load" + b"\0\0\3")
    assert packet is not None
    assert (packet.csrc, packet.payload) == ((8, 9), b"load")
    assert extensions(packet) == {1: b"A", 2: b"BC"}


def test_two_byte_extensions_are_read() -> None:
    head = pack("!BBHII", 0x90, 111, 1, 2, 3) + pack("!HH", 0x1000, 2)
    packet = parse(head + b"\x10\x02AB\x00\x11\x00\x12")
    assert packet is not None
    assert extensions(packet) == {16: b"AB", 17: b""}


def test_padding_that_fills_the_packet_leaves_no_payload() -> None:
    packet = parse(rtp(b"", kind=96, sequence=1, timestamp=1, padding=200))
    assert packet is not None
    assert packet.payload == b""


def test_what_is_cut_short_is_no_packet() -> None:
    assert parse(b"") is None
    assert parse(bytes(11)) is None
    assert parse(b"\x40" + bytes(20)) is None  # version 1
    assert parse(b"\x81\x60" + bytes(10)) is None  # a source is missing
    assert parse(b"\x90\x60" + bytes(10)) is None  # the extension's head is missing
    assert parse(b"\x90\x60" + bytes(10) + b"\xbe\xde\x00\x02" + bytes(4)) is None
    assert parse(b"\xa0\x60" + bytes(9) + b"\x01") is None  # padding of the header
    assert parse(b"\xa0\x60" + bytes(12)) is None  # padding of no length


@given(st.binary(max_size=60), st.booleans())
def test_no_bytes_raise(data: bytes, is_rtp: bool) -> None:
    packet = parse(memoryview(b"\x90\xe0" + data if is_rtp else data))
    if packet is not None:
        extensions(packet)
        unwrap_rtx(packet, payload_type=1, ssrc=2)


def test_ten_thousand_random_datagrams_raise_nothing() -> None:
    dice = random.Random(1)
    read = 0
    for _ in range(10_000):
        data = bytes([dice.choice((0x80, 0x90, 0xA0, 0xB1, 0x9F))]) + dice.randbytes(
            dice.randrange(80)
        )
        packet = parse(data)
        read += packet is not None
        if packet is not None:
            extensions(packet)
    assert read > 1000


@given(
    st.integers(0, 127),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFFFFFF),
    st.binary(max_size=40),
    st.lists(st.integers(0, 0xFFFFFFFF), max_size=15),
    st.integers(0, 255),
)
def test_another_writer_of_packets_is_understood(
    kind: int, sequence: int, stamp: int, payload: bytes, sources: list[int], padding: int
) -> None:
    written = RtpPacket(kind, 1, sequence, stamp, 77, payload)
    written.csrc, written.padding_size = sources, padding
    packet = parse(written.serialize(HeaderExtensionsMap()))
    assert packet == Packet(kind, True, sequence, stamp, 77, payload, tuple(sources))


@given(st.integers(0, 0xFFFF), st.integers(-0x8000, 0x7FFF))
def test_distances_are_told_over_the_wrap(start: int, step: int) -> None:
    assert distance((start + step) & 0xFFFF, start, bits=16) == step
