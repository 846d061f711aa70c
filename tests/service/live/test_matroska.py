"""What is written is Matroska that FFmpeg reads back, byte for byte."""

from __future__ import annotations

import io
from collections.abc import Iterator

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.live.matroska import (
    FURTHEST,
    Block,
    cluster,
    h264_head,
    opus_head,
    units,
    vp8_head,
    with_lengths,
)

SPS, PPS, IDR = b"\x67\x42\xc0\x1f\xda\x02\x80\xf6\x80", b"\x68\xce\x3c\x80", b"\x65\x88\x84\x40"
ANNEX_B = b"".join(b"\x00\x00\x00\x01" + unit for unit in (SPS, PPS, IDR))


def read(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    with av.open(io.BytesIO(data), "r") as container:
        for packet in container.demux():
            if packet.size:
                at = round(float((packet.pts or 0) * packet.time_base) * 1000)
                yield at, bytes(packet), bool(packet.is_keyframe)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 90_000), st.integers(1, 40)), min_size=1, max_size=30))
def test_blocks_come_back_as_they_went_in_whatever_lies_between_them(
    steps: list[tuple[int, int]],
) -> None:
    at, blocks = 0, []
    for number, (step, size) in enumerate(steps):
        blocks.append(Block(at, b"\xf8" + bytes([number % 250]) * size))
        at += step
    found = list(read(opus_head() + cluster(blocks)))
    assert [(one.at, one.data) for one in blocks] == [(at, data) for at, data, _ in found]


def test_one_call_or_many_make_one_file() -> None:
    blocks = [Block(20 * n, b"\xf8%d" % n) for n in range(50)]
    parts = b"".join(cluster(blocks[n : n + 7]) for n in range(0, 50, 7))
    assert [data for _, data, _ in read(opus_head() + parts)] == [one.data for one in blocks]
    assert cluster([]) == b""


def test_a_pause_longer_than_a_cluster_begins_another() -> None:
    two = cluster([Block(0, b"a"), Block(FURTHEST + 1, b"b")])
    assert two.count(b"\x1f\x43\xb6\x75") == 2


def test_the_head_tells_codec_and_size() -> None:
    key = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xf0\x00" + bytes(40)
    with av.open(io.BytesIO(vp8_head(320, 240) + cluster([Block(0, key)])), "r") as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("vp8", 320, 240)
    found = list(
        read(
            vp8_head(320, 240)
            + cluster([Block(0, key), Block(66, b"\x11" + bytes(20), keyframe=False)])
        )
    )
    assert [keyframe for *_, keyframe in found] == [True, False]


def test_h264_carries_its_parameter_sets_in_the_head() -> None:
    head = h264_head(ANNEX_B, 640, 480)
    data = head + cluster([Block(0, with_lengths(ANNEX_B))])
    with av.open(io.BytesIO(data), "r") as container:
        context = container.streams.video[0].codec_context
        assert context.name == "h264"
        private = bytes(context.extradata or b"")
    assert SPS in private
    assert PPS in private
    with pytest.raises(ValueError, match="parameter sets"):
        h264_head(b"\x00\x00\x01" + IDR, 640, 480)


def test_units_are_told_apart_by_either_start_code() -> None:
    assert units(ANNEX_B) == [SPS, PPS, IDR]
    assert units(b"\x00\x00\x01" + SPS + b"\x00\x00\x00\x01" + IDR) == [SPS, IDR]
    assert units(b"") == []
    assert with_lengths(b"\x00\x00\x01abc") == b"\x00\x00\x00\x03abc"
