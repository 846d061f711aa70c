"""Whatever is missing, and however late and disordered texts come, each answers its own question.

The truth is drawn at random: questions that change at random times, speech around them, gaps that
are filled later. Live sound and filled sound go through the segmenter with the question changes as
its boundaries, as the ear sends them; texts then arrive in a random order, long after.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from service.journal.spans import Span, missing
from service.live.binding import question_at
from service.timeline.segmenter import FRAME, Segmenter, UtteranceClosed

LENGTH = 24.0
seconds = st.floats(0, LENGTH).map(lambda at: round(at, 2))
stretches = st.lists(
    st.tuples(seconds, st.floats(0.4, 8)).map(lambda one: (one[0], min(LENGTH, one[0] + one[1]))),
    min_size=1,
    max_size=6,
)


@dataclass
class Row:
    """An utterance as it is kept: its question is written once."""

    start: float
    end: float
    question: UUID | None
    text: str = ""


def heard(speech: list[Span], within: Span, asked: list[tuple[UUID, float]]) -> list[Row]:
    """What the segmenter makes of the speech in one stretch of sound."""
    segmenter = Segmenter(origin=within[0])
    events = [event for _, at in asked for event in segmenter.boundary(at)]
    times = [within[0] + n * FRAME for n in range(int((within[1] - within[0]) / FRAME))]
    loud = [any(start <= at < end for start, end in speech) for at in times]
    events += segmenter.push(0.95 if one else 0.02 for one in loud)
    events += segmenter.flush()
    closed = [event for event in events if isinstance(event, UtteranceClosed)]
    return [Row(e.start, e.end, question_at(asked, (e.start + e.end) / 2)) for e in closed]


@settings(max_examples=1000, deadline=None)
@given(
    speech=stretches,
    changes=st.lists(seconds, max_size=4, unique=True),
    gaps=st.lists(st.tuples(seconds, st.floats(0.3, 6)), max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_a_late_text_never_moves_to_another_question(
    speech: list[Span], changes: list[float], gaps: list[tuple[float, float]], order
) -> None:
    asked = [(uuid4(), at) for at in [0.0, *sorted(at for at in changes if at > 0)]]
    away = [(at, min(LENGTH, at + long)) for at, long in gaps]
    live = missing(away, (0.0, LENGTH), least=FRAME)
    rows = [row for stretch in live for row in heard(speech, stretch, asked)]
    # What was kept on the device comes after all that: in any order, as the network has it.
    filled = missing(live, (0.0, LENGTH), least=FRAME)
    order.shuffle(filled)
    rows += [row for stretch in filled for row in heard(speech, stretch, asked)]
    texts = list(rows)
    order.shuffle(texts)
    before = {id(row): row.question for row in rows}
    for number, row in enumerate(texts):
        row.text = f"text {number}"
    starts = [at for _, at in asked]
    ends = [*starts[1:], LENGTH + 1]
    for row in rows:
        assert row.question == before[id(row)]
        stands = {question: (s, e) for (question, _), s, e in zip(asked, starts, ends, strict=True)}
        assert row.question is not None
        start, end = stands[row.question]
        # All of it lies under that question, but for a frame at its edges.
        assert row.start >= start - FRAME - 1e-6
        assert row.end <= end + FRAME + 1e-6


def test_before_the_first_question_it_is_the_first() -> None:
    first, second = uuid4(), uuid4()
    asked = [(first, 2.0), (second, 9.0)]
    assert question_at(asked, 0.5) == first
    assert question_at(asked, 8.99) == first
    assert question_at(asked, 9.0) == second
    assert question_at([], 1.0) is None
