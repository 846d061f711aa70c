"""Packets into frames under loss, reordering and duplication, in virtual time."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from service.live.encoded import Unwrapper
from service.live.ordering import AudioOrder, Part, VideoOrder, Whole


def sound(seq: int) -> Part:
    return Part(seq, seq * 960, b"x")


def picture(seq: int, frame: int, *, of: int = 1, part: int = 0, key: bool = False) -> Part:
    return Part(
        seq,
        frame * 6000,
        bytes([frame % 256]),
        marker=part == of - 1,
        starts_frame=part == 0,
        starts_keyframe=key and part == 0,
    )


def test_sound_in_order_goes_straight_through() -> None:
    order = AudioOrder()
    out = [whole for seq in range(5) for whole in order.push(sound(seq), seq * 0.02)]
    assert [whole.rtp for whole in out] == [seq * 960 for seq in range(5)]


def test_one_lost_packet_costs_that_packet_only() -> None:
    order = AudioOrder()
    out: list[Whole] = []
    for seq in [0, 1, 3, 4, 5, 6, 7]:
        out += order.push(sound(seq), seq * 0.02)
    assert [whole.rtp // 960 for whole in out] == [0, 1, 3, 4, 5, 6, 7]
    assert [whole.lost_before for whole in out] == [0, 0, 1, 0, 0, 0, 0]


def test_late_sound_is_put_back_in_its_place() -> None:
    order = AudioOrder()
    out = [w for seq in [0, 2, 1, 3] for w in order.push(sound(seq), 0.01 * seq)]
    assert [whole.rtp // 960 for whole in out] == [0, 1, 2, 3]


def test_waiting_sound_is_released_by_time_alone() -> None:
    order = AudioOrder()
    assert len(order.push(sound(0), 0.0)) == 1
    assert order.push(sound(2), 0.04) == []
    assert order.due(0.08) == []
    assert [whole.rtp // 960 for whole in order.due(0.11)] == [2]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.3))
def test_sound_is_delivered_in_order_once_and_loses_only_what_was_lost(
    seed: int, loss: float
) -> None:
    dice = random.Random(seed)
    sent = [seq for seq in range(1, 120) if dice.random() >= loss]
    order = AudioOrder()
    out = order.push(sound(0), 0.0)
    for seq in sent:
        out += order.push(sound(seq), seq * 0.02)
        out += order.push(sound(seq), seq * 0.02)  # and a second copy
    out += order.due(1e9)
    assert [whole.rtp // 960 for whole in out] == [0, *sent]
    assert sum(whole.lost_before for whole in out) == sent[-1] - len(sent) if sent else True


def test_nothing_comes_before_the_first_keyframe() -> None:
    order = VideoOrder()
    assert order.push(picture(10, 0), 0.0) == []
    assert order.wants_keyframe(0.0)
    assert not order.wants_keyframe(0.3)
    assert order.wants_keyframe(0.5)
    (whole,) = order.push(picture(11, 1, key=True), 0.6)
    assert whole.keyframe
    assert not order.wants_keyframe(2.0)


def test_a_picture_of_several_packets_is_joined_whatever_their_order() -> None:
    order = VideoOrder()
    assert order.push(picture(0, 0, of=3, part=0, key=True), 0.0) == []
    assert order.push(picture(2, 0, of=3, part=2), 0.0) == []
    assert order.nacks(0.0) == [1]
    (whole,) = order.push(picture(1, 0, of=3, part=1), 0.01)
    assert (len(whole.data), whole.keyframe) == (3, True)
    assert order.nacks(1.0) == []


def test_a_missing_packet_is_asked_for_again_and_then_given_up() -> None:
    order = VideoOrder()
    order.push(picture(0, 0, key=True), 0.0)
    order.push(picture(2, 2), 0.10)
    assert order.nacks(0.10) == [1]
    assert order.nacks(0.15) == []
    assert order.nacks(0.21) == [1]
    assert order.nacks(0.61) == []
    assert order.waiting_for_keyframe
    assert order.push(picture(3, 3), 0.62) == []
    (whole,) = order.push(picture(4, 4, key=True), 0.70)
    assert (whole.keyframe, whole.lost_before) == (True, 1)


def test_a_keyframe_that_already_waits_ends_the_outage_at_once() -> None:
    order = VideoOrder()
    order.push(picture(0, 0, key=True), 0.0)
    order.push(picture(2, 2), 0.1)
    order.push(picture(3, 3, key=True), 0.2)
    assert order.nacks(0.7) == []
    (whole,) = order.push(picture(4, 4), 0.71)[:1]
    assert whole.rtp == 3 * 6000
    assert not order.waiting_for_keyframe


def test_what_is_missing_behind_a_new_keyframe_is_asked_for() -> None:
    order = VideoOrder()
    order.push(picture(1, 0), 0.0)  # not usable
    assert order.push(picture(4, 1, of=3, part=2), 0.0) == []
    assert order.push(picture(2, 1, of=3, part=0, key=True), 0.01) == []
    order.push(picture(5, 2), 0.02)
    assert order.nacks(0.02) == [3, 4]


def test_padding_of_a_bandwidth_probe_is_no_picture() -> None:
    order = VideoOrder()
    assert len(order.push(picture(0, 0, key=True), 0.0)) == 1
    assert order.push(Part(1, 0, b"", marker=False, starts_frame=False), 0.0) == []
    assert len(order.push(picture(2, 1), 0.01)) <= 1


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 0.2))
def test_every_picture_after_a_loss_builds_on_a_keyframe(seed: int, loss: float) -> None:
    dice = random.Random(seed)
    order, out, seq = VideoOrder(), [], 0
    for frame in range(120):
        key = frame % 20 == 0
        for part in range(3):
            if dice.random() >= loss:
                out += order.push(picture(seq, frame, of=3, part=part, key=key), frame * 0.066)
            seq += 1
        order.nacks(frame * 0.066)
    frames = [whole.rtp // 6000 for whole in out]
    assert frames == sorted(set(frames))
    for previous, whole in zip([None, *frames], out, strict=False):
        assert len(whole.data) == 3
        assert whole.keyframe or previous == whole.rtp // 6000 - 1


@given(st.lists(st.integers(-2000, 2000), max_size=50))
def test_a_wrapping_counter_is_unwrapped(steps: list[int]) -> None:
    unwrapper, true = Unwrapper(16), 65_000
    assert unwrapper.extend(true) == true
    top = true
    for step in steps:
        true = max(top + step, 0)
        top = max(top, true)
        assert unwrapper.extend(true % 65_536) == true
