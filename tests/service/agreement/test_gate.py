"""The gate: passed by the lower bound only, and how far it still is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.agreement.bootstrap import NOTHING, Interval
from service.agreement.gate import ENOUGH, is_enough, needed, passes

GOOD = Interval(0.8, 0.7, 0.87)


def test_thirty_interviews_are_the_least() -> None:
    assert ENOUGH == 30
    assert not is_enough(29)
    assert is_enough(30)
    assert not passes(GOOD, 0.6, interviews=29, least=10)
    assert passes(GOOD, 0.6, interviews=30, least=10)


def test_the_lower_bound_counts_not_the_estimate() -> None:
    assert passes(GOOD, 0.70, interviews=50, least=30)
    assert not passes(GOOD, 0.71, interviews=50, least=30)
    assert not passes(NOTHING, 0.1, interviews=500, least=30)


def test_the_least_number_set_for_the_trial_counts() -> None:
    assert not passes(GOOD, 0.6, interviews=99, least=100)
    assert needed(GOOD, 0.6, interviews=99, least=100) == 1


def test_half_the_distance_asks_for_four_times_as_many() -> None:
    found = Interval(0.8, 0.6, 0.9)
    assert needed(found, 0.7, interviews=50, least=30) == 150


def test_what_has_passed_needs_nothing_more() -> None:
    assert needed(GOOD, 0.6, interviews=50, least=30) == 0


@pytest.mark.parametrize("found", [Interval(0.6, 0.5, 0.7), Interval(0.5, 0.4, 0.6), NOTHING])
def test_no_number_would_do_where_agreement_itself_is_too_low(found: Interval) -> None:
    assert needed(found, 0.6, interviews=50, least=30) is None


def test_too_few_interviews_are_told_first() -> None:
    assert needed(NOTHING, 0.6, interviews=0, least=40) == 40
    assert needed(Interval(0.3, 0.1, 0.4), 0.6, interviews=12, least=30) == 18


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.5), st.floats(0.05, 0.95), st.integers(30, 5000))
def test_with_as_many_more_the_bound_would_pass(
    estimate: float, half: float, gate: float, interviews: int
) -> None:
    more = needed(Interval(estimate, estimate - half, 1.0), gate, interviews=interviews, least=30)
    if more is None:
        assert estimate <= gate
    elif more < 100_000:
        then = estimate - half * math.sqrt(interviews / (interviews + more))
        assert then >= gate - 1e-9
