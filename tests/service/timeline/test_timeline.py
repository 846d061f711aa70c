"""Speech and face on one clock: counts, spans, gaps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.types import Box, Face, Word
from service.timeline.parts import Observation, QuestionSpan, Span, Timeline, Utterance
from service.timeline.speech import count_fillers, count_units
from service.timeline.timeline import build_timeline

Q1, Q2 = QuestionSpan("q1", 0.0, 20.0), QuestionSpan("q2", 20.0, 40.0)


def face(**measures: float) -> Face:
    return Face(Box(0.3, 0.3, 0.4, 0.4), 0.9, **measures)


def looking(start: float, end: float, faces: int = 1, **measures: float) -> list[Observation]:
    count = round((end - start) * 2)
    seen = face(**measures) if faces else None
    return [Observation(start + i / 2, faces, seen) for i in range(count)]


def spoken(text: str, start: float, *, language: str = "en", gap: float = 0.1) -> Utterance:
    words, at = [], start
    for part in text.split():
        words.append(Word(part, at, at + 0.4, 0.9))
        at += 0.4 + gap
    return Utterance(f"u{start}", start, at, text, tuple(words), None, "final", language)


def test_pace_pauses_and_delay_of_an_answer() -> None:
    first, second = spoken("I built the tool", 2.0), spoken("and it worked", 7.0)
    (found,) = build_timeline([second, first], [], [Q1]).questions
    speech = found.speech
    assert (speech.count, speech.unit, speech.delay) == (7, "words", 2.0)
    assert speech.speaking == pytest.approx(1.9 + 1.4)
    assert speech.per_minute == pytest.approx(7 / 3.3 * 60)
    assert (speech.pauses, speech.longest_pause) == (1, pytest.approx(7.0 - 3.9))


def test_chinese_is_counted_in_characters() -> None:
    assert count_units("我用Python写了3个工具", "zh") == 9
    (found,) = build_timeline([spoken("我 负责 测试", 1.0, language="zh")], [], [Q1]).questions
    assert (found.speech.unit, found.speech.count) == ("characters", 5)


def test_fillers_are_counted_and_ordinary_words_are_not() -> None:
    text = "Um, I, like, built, uh, the uh tool I like, you know"
    assert count_fillers(text, "en") == (("uh", 2), ("like", 1), ("um", 1), ("you know", 1))
    chinese = "嗯，我那个，那个，就是说做了那个项目，呃呃，完成了"
    assert count_fillers(chinese, "zh") == (("那个", 2), ("呃", 1), ("嗯", 1), ("就是说", 1))


def test_speech_that_waits_for_a_transcript_is_counted_as_speech_only() -> None:
    waiting = Utterance("w", 1.0, 5.0, "", (), "q1", "waiting", "zh")
    (found,) = build_timeline([waiting], [], [Q1]).questions
    assert (found.speech.waiting, found.speech.count, found.speech.speaking) == (1, 0, 4.0)
    assert found.speech.per_minute is None


def test_utterances_go_to_their_question() -> None:
    late = Utterance("x", 19.0, 23.0, "three small words", (), "q1")
    free = spoken("two words", 21.0)
    first, second = build_timeline([late, free], [], [Q1, Q2]).questions
    assert (first.speech.count, second.speech.count) == (3, 2)


def test_absence_company_and_gaps_become_spans() -> None:
    seen = [*looking(0, 12), *looking(12, 15.5, faces=0), *looking(15.5, 20, faces=2)]
    seen += looking(30, 40)
    timeline = build_timeline([], seen, [Q1, Q2])
    assert timeline.spans == (
        Span("no_face", 12.0, 15.5),
        Span("many_faces", 15.5, 21.0),
        Span("unobserved", 21.0, 30.0),
    )
    first, second = (q.face for q in timeline.questions)
    assert first.present == pytest.approx(16.5 / 20)
    assert first.many == pytest.approx(4.5 / 20)
    assert second.observed == pytest.approx(11.0)


def test_a_gap_in_a_signal_stays_a_gap() -> None:
    seen = [*looking(0, 2, yaw=5.0), *looking(2, 3, faces=0), *looking(10, 11, yaw=-5.0)]
    (yaw,) = (s for s in build_timeline([], seen, [Q1]).signals if s.name == "yaw")
    assert yaw.points == (
        (0.0, 5.0), (0.5, 5.0), (1.0, 5.0), (1.5, 5.0), (2.0, None), (2.5, None),
        (4.0, None), (10.0, -5.0), (10.5, -5.0),
    )  # fmt: skip


def test_a_gaze_stands_for_the_looks_after_it_that_measured_no_eyes() -> None:
    away, head_only = face(yaw=0.0, gaze_x=0.4), face(yaw=0.0)
    seen = [Observation(n / 2, 1, head_only if n % 2 else away) for n in range(20)]
    seen += [Observation(n / 2, 1, head_only) for n in range(20, 30)]  # the eyes are not found
    timeline = build_timeline([], seen, [QuestionSpan("q", 0.0, 15.0)])
    assert timeline.spans == (Span("looking_away", 0.0, 11.0),)
    points = next(signal.points for signal in timeline.signals if signal.name == "gaze_x")
    assert points == tuple((float(n), 0.4) for n in range(10))


def test_looking_away_is_by_head_or_eyes_and_unknown_without_either() -> None:
    seen = [*looking(0, 5, yaw=2.0, gaze_x=0.0), *looking(5, 10, yaw=40.0), *looking(10, 20)]
    timeline = build_timeline([], seen, [Q1])
    assert timeline.questions[0].face.away == pytest.approx(0.5)
    assert Span("looking_away", 5.0, 10.0) in timeline.spans
    assert build_timeline([], looking(0, 20), [Q1]).questions[0].face.away is None


def test_head_pose_is_a_range() -> None:
    seen = [Observation(i / 10, 1, face(yaw=float(i))) for i in range(101)]
    ((name, found),) = build_timeline([], seen, [Q1]).questions[0].face.ranges
    assert (name, found.low, found.mean, found.high) == ("yaw", 5.0, 50.0, 95.0)


def test_blinks_are_counted_only_where_samples_are_close_enough() -> None:
    close = [
        Observation(i / 10, 1, face(blink=0.9 if i % 50 in (20, 21) else 0.1)) for i in range(200)
    ]
    rate = build_timeline([], close, [Q1]).questions[0].face.blinks_per_minute
    assert rate == pytest.approx(4 / 19.9 * 60)
    sparse = looking(0, 20, blink=0.1)
    assert build_timeline([], sparse, [Q1]).questions[0].face.blinks_per_minute is None


def test_nothing_observed_gives_no_numbers() -> None:
    timeline = build_timeline([], [], [Q1])
    found = timeline.questions[0]
    assert (timeline.signals, timeline.spans, timeline.duration) == ((), (), 20.0)
    assert (found.face.present, found.face.away, found.speech.delay) == (None, None, None)


def test_everything_on_a_timeline_weighs_nothing() -> None:
    timeline = build_timeline([spoken("hello there", 1)], looking(0, 20, yaw=1.0), [Q1])
    first = timeline.questions[0]
    parts = [timeline, first.speech, first.face, *timeline.signals]
    assert [part.weight for part in parts] == [0.0] * len(parts)


observations = st.lists(
    st.builds(
        lambda at, faces, yaw: Observation(at, faces, face(yaw=yaw) if faces else None),
        st.floats(0, 60),
        st.integers(0, 3),
        st.floats(allow_nan=True),
    ),
    max_size=40,
)


@given(observations)
@settings(max_examples=100, deadline=None)
def test_shares_and_spans_stay_in_their_bounds(seen: list[Observation]) -> None:
    timeline: Timeline = build_timeline([], seen, [Q1, Q2])
    for question in timeline.questions:
        stats = question.face
        assert 0 <= stats.observed <= question.end - question.start + 1e-6
        for share in (stats.present, stats.many, stats.away):
            assert share is None or 0 <= share <= 1
    for span in timeline.spans:
        assert 0 <= span.start < span.end <= timeline.duration
