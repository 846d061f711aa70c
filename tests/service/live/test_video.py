"""Encoded pictures on their way to a worker, and how far the picture is off the sound."""

from __future__ import annotations

from service.live.clock import Report, Skew, align
from service.live.encoded import EncodedFrame
from service.live.video import ASK_EVERY, HELD_FRAMES, Pictures


def picture(number: int, *, key: bool = False, lost: int = 0, layer: int = 0) -> EncodedFrame:
    return EncodedFrame(
        "video", "vp8", b"%d" % number, number * 6000, number / 15, key, lost, layer
    )


class Buffer:
    """Pictures that remember how often they asked for a keyframe."""

    def __init__(self) -> None:
        self.asked = 0
        self.pictures = Pictures("s", self._ask)

    def _ask(self) -> None:
        self.asked += 1

    def push(self, *frames: EncodedFrame) -> list[bool]:
        return [self.pictures.push(frame) for frame in frames]

    @property
    def held(self) -> list[int]:
        chunk = self.pictures.chunk()
        return [int(data) for data in chunk.frames] if chunk else []


def test_nothing_is_handed_on_before_the_first_keyframe() -> None:
    buffer = Buffer()
    assert buffer.push(picture(1), picture(2)) == [False, False]
    assert buffer.pictures.chunk() is None
    assert buffer.push(picture(3, key=True), picture(4)) == [True, True]
    chunk = buffer.pictures.chunk()
    assert chunk is not None
    assert (buffer.held, chunk.fresh, chunk.first, chunk.at) == ([3, 4], True, 0, 4 / 15)


def test_what_was_looked_at_is_not_sent_again_and_what_was_not_is() -> None:
    buffer = Buffer()
    buffer.push(picture(0, key=True), picture(1))
    first = buffer.pictures.chunk()
    assert first is not None
    buffer.push(picture(2))
    assert buffer.held == [0, 1, 2]  # no answer yet, or none came
    buffer.pictures.looked(first)
    second = buffer.pictures.chunk()
    assert second is not None
    assert (buffer.held, second.fresh, second.first) == ([2], False, 2)


def test_a_keyframe_makes_all_before_it_needless_even_while_a_worker_looks() -> None:
    buffer = Buffer()
    buffer.push(picture(0, key=True), picture(1))
    looking = buffer.pictures.chunk()
    assert looking is not None
    buffer.push(picture(2, key=True))
    buffer.pictures.looked(looking)
    chunk = buffer.pictures.chunk()
    assert chunk is not None
    assert (buffer.held, chunk.fresh, chunk.first) == ([2], True, 2)


def test_after_a_loss_nothing_is_handed_on_until_a_keyframe_which_is_asked_for() -> None:
    buffer = Buffer()
    buffer.push(picture(0, key=True))
    assert buffer.push(picture(2, lost=1), picture(3)) == [False, False]
    assert (buffer.held, buffer.asked) == ([], 1)
    buffer.push(picture(4, key=True))
    assert buffer.held == [4]


def test_a_keyframe_that_does_not_come_is_asked_for_again() -> None:
    buffer = Buffer()
    buffer.push(*(picture(number) for number in range(2 * ASK_EVERY)))
    assert buffer.asked == 2


def test_higher_layers_are_left_out() -> None:
    buffer = Buffer()
    layers = (0, 2, 1, 2)
    buffer.push(*(picture(n, key=n == 0, layer=layers[n % 4]) for n in range(9)))
    assert buffer.held == [0, 4, 8]


def test_a_worker_that_never_answers_does_not_fill_the_memory() -> None:
    buffer = Buffer()
    buffer.push(picture(0, key=True))
    buffer.push(*(picture(n) for n in range(1, 2 * HELD_FRAMES)))
    assert (buffer.held, buffer.asked > 0) == ([], True)


def test_sender_reports_tell_how_far_the_picture_is_off() -> None:
    skew = Skew()
    skew.video(Report(ntp=10 << 32, seconds=5.0))
    assert skew.samples == []
    skew.audio(Report(ntp=10 << 32, seconds=5.0))
    skew.video(Report(ntp=(10 << 32) + (1 << 31), seconds=5.42))
    ((at, shift),) = skew.samples
    assert (at, round(shift, 3)) == (5.42, 0.08)
    assert round(align(skew.samples).at(3.0), 3) == 0.08


def test_a_drift_is_followed_over_a_long_span() -> None:
    samples = [(float(t), 0.05 + t * 1e-4) for t in range(600)]
    found = align(samples)
    assert abs(found.at(600.0) - 0.11) < 1e-6
    assert align([]).at(10.0) == 0.0


def test_a_broken_clock_is_not_believed() -> None:
    skew = Skew()
    skew.audio(Report(ntp=10 << 32, seconds=5.0))
    skew.video(Report(ntp=5000 << 32, seconds=5.0))
    assert skew.samples == []


def test_reports_of_a_long_interview_are_thinned_but_span_it() -> None:
    skew = Skew()
    for second in range(7200):
        skew.audio(Report(ntp=second << 32, seconds=float(second)))
        skew.video(Report(ntp=second << 32, seconds=second + 0.01))
    assert len(skew.samples) <= 513
    assert skew.samples[0][0] < 60
    assert skew.samples[-1][0] > 7000
    assert abs(align(skew.samples).at(3600.0) + 0.01) < 0.001
