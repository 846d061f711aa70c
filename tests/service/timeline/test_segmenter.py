"""The segmenter: what every stream of probabilities must satisfy, and a few known ones."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.timeline.segmenter import (
    FRAME,
    Segmenter,
    SegmenterConfig,
    SegmentEvent,
    SpeechStarted,
    UtteranceClosed,
)

SMALL = SegmenterConfig(max_utterance=4.0, cut_window=1.0)
EPSILON = 1e-6

levels = st.sampled_from([0.0, 0.1, 0.3, 0.34, 0.36, 0.4, 0.49, 0.5, 0.7, 0.95, 1.0])
runs = st.lists(st.tuples(levels, st.integers(1, 60)), max_size=40)
streams = runs.map(lambda parts: [level for level, n in parts for _ in range(n)])


def hear(stream: list[float], config: SegmenterConfig = SMALL) -> list[SegmentEvent]:
    segmenter = Segmenter(config)
    return [*segmenter.push(stream), *segmenter.flush()]


def closed(events: list[SegmentEvent]) -> list[UtteranceClosed]:
    return [event for event in events if isinstance(event, UtteranceClosed)]


def confident_runs(stream: list[float], config: SegmenterConfig) -> list[tuple[float, float]]:
    found, begin = [], None
    for i, level in enumerate([*stream, 0.0]):
        if level >= config.threshold:
            begin = i if begin is None else begin
        elif begin is not None:
            found.append((begin * FRAME, i * FRAME))
            begin = None
    return [(a, b) for a, b in found if b - a >= config.min_speech]


@given(streams)
@settings(max_examples=200, deadline=None)
def test_utterances_are_ordered_apart_bounded_and_inside_the_stream(stream: list[float]) -> None:
    utterances = closed(hear(stream))
    for one in utterances:
        assert 0 <= one.start < one.end <= len(stream) * FRAME + EPSILON
        assert one.end - one.start <= SMALL.max_utterance + EPSILON
    for before, after in pairwise(utterances):
        assert before.end <= after.start + EPSILON
        assert not before.cut or before.end == after.start


@given(streams)
@settings(max_examples=200, deadline=None)
def test_all_confident_speech_is_covered(stream: list[float]) -> None:
    utterances = closed(hear(stream))
    for begin, end in confident_runs(stream, SMALL):
        heard = sum(max(0.0, min(end, u.end) - max(begin, u.start)) for u in utterances)
        assert heard == pytest.approx(end - begin, abs=EPSILON)


@given(streams, st.lists(st.integers(1, 50), min_size=1))
@settings(max_examples=100, deadline=None)
def test_chunking_changes_nothing(stream: list[float], sizes: list[int]) -> None:
    segmenter, events, at, turn = Segmenter(SMALL), [], 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        events += segmenter.push(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert [*events, *segmenter.flush()] == hear(stream)


@given(streams)
@settings(max_examples=100, deadline=None)
def test_each_closed_utterance_begins_where_speech_was_said_to_start(stream: list[float]) -> None:
    started: float | None = None
    for event in hear(stream):
        if isinstance(event, SpeechStarted):
            started = event.at
        else:
            assert event.start == started
            started = None
    assert started is None


@given(streams, st.lists(st.floats(0, 60), max_size=5), st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_no_utterance_spans_a_boundary_announced_in_time(
    stream: list[float], ahead: list[float], size: int
) -> None:
    segmenter, events = Segmenter(SMALL), []
    for at in ahead:
        events += segmenter.boundary(at)
    for at in range(0, len(stream), size):
        events += segmenter.push(stream[at : at + size])
    utterances = closed([*events, *segmenter.flush()])
    for one in utterances:
        assert not any(one.start + EPSILON < at < one.end - EPSILON for at in ahead)
        assert 0 < one.end - one.start <= SMALL.max_utterance + EPSILON
    for begin, end in confident_runs(stream, SMALL):
        heard = sum(max(0.0, min(end, u.end) - max(begin, u.start)) for u in utterances)
        assert heard == pytest.approx(end - begin, abs=EPSILON)


def test_an_utterance_closes_after_silence_with_padding() -> None:
    segmenter = Segmenter()
    events = segmenter.push([0.0] * 50 + [0.9] * 50)
    assert events == [SpeechStarted(pytest.approx(50 * FRAME - 0.2))]
    assert segmenter.open_start == pytest.approx(50 * FRAME - 0.2)
    events = segmenter.push([0.1] * 18)
    assert events == []
    (event,) = segmenter.push([0.1])
    assert event == UtteranceClosed(
        pytest.approx(50 * FRAME - 0.2), pytest.approx(100 * FRAME + 0.2), False
    )
    assert segmenter.open_start is None


def test_a_click_is_dropped_but_a_click_within_an_utterance_is_not() -> None:
    assert hear([0.0] * 30 + [0.9] * 5 + [0.0] * 40, SegmenterConfig()) == []
    (one,) = closed(hear([0.9] * 20 + [0.0] * 15 + [0.9] * 3 + [0.0] * 30, SegmenterConfig()))
    assert one.end == pytest.approx(38 * FRAME + 0.2)


def test_padding_reaches_neither_below_zero_nor_into_the_previous_utterance() -> None:
    config = SegmenterConfig(min_silence=0.2)
    first, second = closed(hear([0.9] * 20 + [0.0] * 9 + [0.9] * 20, config))
    assert first.start == 0
    assert second.start == first.end


def test_a_long_utterance_is_cut_at_its_least_likely_point() -> None:
    stream = [0.9] * 500 + [0.6] * 2 + [0.9] * 200
    first, second = closed(hear(stream, SegmenterConfig()))
    assert first.cut
    assert 500 * FRAME <= first.end <= 502 * FRAME
    assert second == UtteranceClosed(first.end, pytest.approx(702 * FRAME), False)


def test_a_question_change_splits_speech_at_its_moment() -> None:
    segmenter = Segmenter()
    segmenter.push([0.9] * 100)
    events = segmenter.boundary(2.5)
    assert events == [UtteranceClosed(0.0, 2.5, True), SpeechStarted(2.5)]
    assert segmenter.flush() == [UtteranceClosed(2.5, pytest.approx(3.2), False)]


def test_a_question_change_after_the_last_word_ends_the_utterance_at_once() -> None:
    segmenter = Segmenter()
    segmenter.push([0.9] * 50 + [0.0] * 10)
    assert segmenter.boundary(1.9) == [UtteranceClosed(0.0, pytest.approx(1.8), False)]
    (start,) = segmenter.push([0.9] * 10)
    assert start == SpeechStarted(pytest.approx(1.9))


def test_flush_closes_and_the_clock_goes_on() -> None:
    segmenter = Segmenter(origin=100.0)
    segmenter.push([0.9] * 50)
    assert segmenter.flush() == [UtteranceClosed(100.0, pytest.approx(101.6), False)]
    assert segmenter.flush() == []
    segmenter.push([0.9] * 10)
    assert segmenter.position == pytest.approx(101.92)
    assert segmenter.open_start == pytest.approx(101.6)


def test_a_probability_that_is_no_number_is_silence() -> None:
    assert hear([math.nan] * 100, SegmenterConfig()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 0.2},
        {"pad": 0.7},
        {"min_silence": 0.0, "pad": 0.0},
        {"min_speech": 5.0},
        {"max_utterance": 4.0},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"needed|too short"):
        SegmenterConfig(**wrong)


def test_a_boundary_needs_a_time() -> None:
    with pytest.raises(ValueError, match="finite"):
        Segmenter().boundary(math.nan)
