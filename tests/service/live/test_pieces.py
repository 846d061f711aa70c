"""Chunks of a journal become the frames of one gap."""

from __future__ import annotations

from itertools import pairwise
from uuid import uuid4

from service.live.matroska import Block, cluster, opus_head, vp8_head
from service.live.pieces import Piece, fill_frames

RUN, OTHER = uuid4(), uuid4()
SOUND = b"\xf8" + bytes(40)  # an Opus packet of 20 ms
KEY, INTER = b"\x00" + bytes(30), b"\x01" + bytes(30)


def sound(number: int, *, run=RUN, origin: float = 100.0) -> Piece:
    blocks = [Block(1000 * number + 20 * n, SOUND + bytes([number, n])) for n in range(50)]
    head = opus_head() if number == 0 else b""
    return Piece(run, "audio", number, origin, head + cluster(blocks))


def picture(number: int) -> Piece:
    blocks = [Block(1000 * number + 100 * n, INTER if n else KEY) for n in range(10)]
    head = vp8_head(320, 240) if number == 0 else b""
    return Piece(RUN, "video", number, 100.0, head + cluster(blocks))


def test_only_what_lies_in_the_gap_is_taken() -> None:
    frames = fill_frames([sound(n) for n in (0, 3, 4, 5)], (103.5, 104.25))
    assert [frames[0].media_time, frames[-1].media_time] == [103.48, 104.24]
    assert len(frames) == 39
    assert frames[1].data[-2:] == bytes([3, 25])


def test_without_the_head_nothing_is_taken() -> None:
    assert fill_frames([sound(3), sound(4)], (103.0, 104.0)) == []


def test_a_chunk_that_is_missing_is_left_out() -> None:
    frames = fill_frames([sound(n) for n in (0, 3, 5)], (103.0, 106.0))
    assert {frame.data[-2] for frame in frames} == {3, 5}


def test_pictures_begin_with_a_keyframe_and_never_come_alone() -> None:
    both = fill_frames([*(sound(n) for n in range(4)), *map(picture, range(4))], (101.5, 103.0))
    pictures = [frame for frame in both if frame.kind == "video"]
    assert pictures[0].keyframe
    assert pictures[0].media_time == 102.0
    assert fill_frames([picture(0), picture(1)], (100.0, 102.0)) == []


def test_two_runs_that_overlap_are_not_heard_twice() -> None:
    again = [sound(0, run=OTHER, origin=100.4), sound(1, run=OTHER, origin=100.4)]
    frames = fill_frames([sound(0), sound(1), *again], (100.0, 103.0))
    times = [frame.media_time for frame in frames]
    assert times == sorted(times)
    assert all(later - earlier > 0.0149 for earlier, later in pairwise(times))
    assert max(times) > 102.3
    assert len(frames) <= 122


def test_what_is_no_opus_fills_nothing() -> None:
    junk = Piece(RUN, "audio", 0, 100.0, b"RIFF" + bytes(500))
    assert fill_frames([junk], (100.0, 101.0)) == []
