"""WebM is read from its head or its middle, and hostile bytes are nothing worse than skipped."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.journal.webm import codec_of, packets
from service.live.matroska import Block, cluster, opus_head, vp8_head

CLUSTERS = [
    cluster([Block(1000 * second + 20 * n, bytes([second, n] * 20)) for n in range(50)])
    for second in range(5)
]
FILE = opus_head() + b"".join(CLUSTERS)
WHOLE = list(packets(FILE, from_head=True))


def test_a_file_is_read_from_its_head() -> None:
    assert codec_of(FILE) == "opus"
    assert codec_of(vp8_head(320, 240)) == "vp8"
    assert codec_of(b"\x1aE\xdf\xa3A_AAC") is None
    assert len(WHOLE) == 250
    assert [packet.at for packet in WHOLE[:3]] == [0.0, 0.02, 0.04]
    assert all(one.at < other.at for one, other in pairwise(WHOLE))


@given(st.integers(0, len(FILE)))
def test_from_its_middle_on_it_is_read_from_the_next_cluster(start: int) -> None:
    found = list(packets(FILE[start:], from_head=False))
    assert found == WHOLE[len(WHOLE) - len(found) :]
    assert len(found) % 50 == 0


@given(st.integers(0, len(FILE)))
def test_a_file_that_was_cut_off_gives_what_came_before(end: int) -> None:
    found = list(packets(FILE[:end], from_head=True))
    assert found == WHOLE[: len(found)]


def test_a_missing_piece_costs_no_more_than_its_cluster() -> None:
    start = len(opus_head()) + len(CLUSTERS[0]) + 100
    broken = FILE[:start] + FILE[start + 700 :]
    found = {packet.at for packet in packets(broken, from_head=True)}
    assert {packet.at for packet in WHOLE if packet.at < 1 or packet.at >= 2} <= found


def test_three_thousand_mangled_files_raise_nothing() -> None:
    dice = random.Random(4)
    for _ in range(3_000):
        data = bytearray(FILE[: dice.randrange(2000)])
        for _ in range(dice.randrange(8)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        assert sum(len(packet.data) for packet in packets(bytes(data), from_head=True)) <= 2000
        assert len(list(packets(bytes(data), from_head=False))) <= 2000
