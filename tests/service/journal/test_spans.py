"""What is covered and what is missing of a stretch of time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.journal.spans import missing, overlap, united, without

edges = st.floats(0, 100, allow_nan=False).map(lambda x: round(x, 3))
spans = st.lists(st.tuples(edges, edges).map(lambda pair: (min(pair), max(pair))), max_size=8)


def test_stretches_that_touch_are_one() -> None:
    assert united([(3, 4), (0, 1), (1, 2), (3.5, 3.6)]) == [(0, 2), (3, 4)]


def test_what_is_missing_lies_between_and_at_the_ends() -> None:
    assert missing([(1, 2), (3, 4)], (0, 5)) == [(0, 1), (2, 3), (4, 5)]
    assert missing([(1, 2), (2.1, 4)], (0, 4), least=0.5) == [(0, 1)]
    assert without((0, 5), [(1, 2)]) == [(0, 1), (2, 5)]


@given(spans, edges, edges)
def test_covered_and_missing_together_are_the_whole(
    covered: list[tuple[float, float]], one: float, other: float
) -> None:
    within = (min(one, other), max(one, other))
    gaps = missing(covered, within)
    assert all(overlap(covered, gap) == pytest.approx(0, abs=1e-4) for gap in gaps)
    total = overlap(covered, within) + sum(end - start for start, end in gaps)
    assert total == pytest.approx(within[1] - within[0], abs=1e-4)
