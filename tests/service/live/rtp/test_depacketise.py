"""Pictures from packets: descriptors, fragments, aggregates, keyframes."""

from __future__ import annotations

from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from service.live.rtp.depacketise import H264, Picture, Vp8, vp8_descriptor, vp8_size
from service.live.rtp.parse import Packet
from tests.fakes.rtp import VP8_KEY_HEAD

START = b"\0\0\0\1"
SPS, PPS = b"\x67\x42\xe0\x1f", b"\x68\xce\x3c\x80"


def packet(payload: bytes, *, stamp: int = 1, end: bool = False) -> Packet:
    return Packet(96, end, 0, stamp, 1, payload)


@given(
    st.booleans(),
    st.integers(0, 7),
    st.none() | st.integers(0, 0x7FFF),
    st.none() | st.integers(0, 255),
    st.none() | st.tuples(st.integers(0, 3), st.integers(0, 1)),
    st.none() | st.integers(0, 31),
)
def test_every_vp8_descriptor_is_read(
    starts: bool,
    partition: int,
    picture_id: int | None,
    index: int | None,
    layer: tuple[int, int] | None,
    key: int | None,
) -> None:
    written = bytes(VpxPayloadDescriptor(int(starts), partition, picture_id, index, layer, key))
    head = vp8_descriptor(written + b"x")
    assert head is not None
    assert head.size == len(written)
    assert head.starts == (starts and partition == 0)
    assert (head.picture_id, head.tl0_index, head.key_index) == (picture_id, index, key)
    assert (head.temporal_id, head.layer_sync) == (layer[0], bool(layer[1])) if layer else True
    for end in range(len(written) + 1):
        short = vp8_descriptor(written[:end])
        assert short is None or short.size < end


def test_a_short_picture_id_and_the_reference_bit_are_read() -> None:
    head = vp8_descriptor(b"\xb0\x80\x05x")
    assert head is not None
    assert (head.size, head.picture_id, head.reference, head.starts) == (3, 5, False, True)


def test_a_vp8_keyframe_tells_its_size() -> None:
    assert vp8_size(VP8_KEY_HEAD) == (320, 240)
    assert vp8_size(VP8_KEY_HEAD[:9]) is None
    assert vp8_size(b"\x11" + VP8_KEY_HEAD[1:]) is None


def test_a_vp8_picture_with_a_hole_never_comes_out() -> None:
    vp8 = Vp8()
    assert vp8.push(packet(b"\x10" + VP8_KEY_HEAD)) == []
    vp8.gap()
    assert vp8.push(packet(b"\x00rest", end=True)) == []
    (picture,) = vp8.push(packet(b"\x10\x11\0\0delta", stamp=2, end=True))
    assert picture == Picture(2, b"\x11\0\0delta", keyframe=False)


def test_a_vp8_sender_that_sets_no_marker_is_understood() -> None:
    vp8 = Vp8()
    vp8.push(packet(b"\x10" + VP8_KEY_HEAD))
    vp8.push(packet(b"\x00more"))
    (picture,) = vp8.push(packet(b"\x10\x11next", stamp=2))
    assert picture == Picture(1, VP8_KEY_HEAD + b"more", keyframe=True, size=(320, 240))


def test_vp8_layers_and_disposable_pictures_are_told() -> None:
    (picture,) = Vp8().push(packet(b"\xb0\x20\xa0\x11\0\0", end=True))
    assert (picture.temporal_id, picture.reference) == (2, False)


def test_a_keyframe_bit_without_its_start_code_is_broken() -> None:
    vp8 = Vp8()
    assert vp8.push(packet(b"\x10\x10" + bytes(20), end=True)) == []
    assert vp8.broken


def test_h264_units_of_all_kinds_are_joined() -> None:
    h264 = H264()
    idr = b"\x65" + bytes(range(200))
    both = b"\x78" + b"".join(len(u).to_bytes(2, "big") + u for u in (SPS, PPS))
    assert h264.push(packet(both)) == []
    assert h264.push(packet(b"\x7c\x85" + idr[1:100])) == []
    assert h264.push(packet(b"\x7c\x05" + idr[100:150])) == []
    (picture,) = h264.push(packet(b"\x7c\x45" + idr[150:], end=True))
    assert picture == Picture(1, START + SPS + START + PPS + START + idr, keyframe=True)
    (delta,) = h264.push(packet(b"\x61slice", stamp=2, end=True))
    assert (delta.data, delta.keyframe, delta.reference) == (START + b"\x61slice", False, True)
    (spare,) = h264.push(packet(b"\x01slice", stamp=3, end=True))
    assert (spare.temporal_id, spare.reference) == (1, False)


def test_h264_parameter_sets_are_kept_for_later_keyframes() -> None:
    h264 = H264()
    for unit in (SPS, PPS):
        h264.push(packet(unit))
    h264.push(packet(b"\x65first", end=True))
    (picture,) = h264.push(packet(b"\x65again", stamp=2, end=True))
    assert picture.data == START + SPS + START + PPS + START + b"\x65again"
    assert picture.keyframe


def test_an_h264_keyframe_without_parameter_sets_is_none() -> None:
    h264 = H264()
    h264.push(packet(b"\x61tail", end=True))
    (picture,) = h264.push(packet(b"\x65alone", stamp=2, end=True))
    assert not picture.keyframe


def test_an_h264_fragment_without_its_start_or_end_is_a_hole() -> None:
    h264 = H264()
    h264.push(packet(b"\x61tail", end=True))
    assert h264.push(packet(b"\x7c\x05middle", stamp=2, end=True)) == []
    assert h264.broken
    h264 = H264()
    h264.push(packet(b"\x61tail", end=True))
    assert h264.push(packet(b"\x7c\x81begin", stamp=2, end=True)) == []
    assert h264.broken


def test_after_a_hole_h264_begins_with_the_next_picture() -> None:
    h264 = H264()
    h264.push(packet(b"\x61tail", end=True))
    h264.gap()
    assert h264.push(packet(b"\x61second half", stamp=2, end=True)) == []
    assert len(h264.push(packet(b"\x61whole", stamp=3, end=True))) == 1


def test_an_aggregate_that_lies_about_its_sizes_is_a_hole() -> None:
    for payload in (b"\x78", b"\x78\x00\x09ab", b"\x78\x00\x00", b"\x78\x00\x01\x67\x00"):
        h264 = H264()
        h264.push(packet(b"\x61tail", end=True))
        assert h264.push(packet(payload, stamp=2, end=True)) == []
        assert h264.broken


@given(st.lists(st.binary(min_size=1, max_size=4000).map(lambda b: b"\x61" + b), min_size=1))
def test_what_another_packetiser_cuts_is_joined_again(units: list[bytes]) -> None:
    payloads = H264Encoder._packetize(iter([b"\x67\x42\x00", b"\x68\x01", *units]))
    h264 = H264()
    out: list[Picture] = []
    for number, payload in enumerate(payloads):
        out += h264.push(packet(payload, end=number == len(payloads) - 1))
    (picture,) = out
    assert picture.data == b"".join(START + u for u in [b"\x67\x42\x00", b"\x68\x01", *units])


@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3), st.booleans())))
def test_no_payload_raises(parts: list[tuple[bytes, int, bool]]) -> None:
    assemblers = (Vp8(), H264())
    for payload, stamp, end in parts:
        for assembler in assemblers:
            one = packet(payload, stamp=stamp, end=end)
            assembler.starts_keyframe(one)
            assembler.push(one)
