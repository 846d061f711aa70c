"""Shares and their intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.agreement.bootstrap import NOTHING
from service.agreement.proportions import wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert found.estimate == hits / n
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_share_lies_within(hits: int, n: int) -> None:
    found = wilson(min(hits, n), n)
    assert found.low is not None
    assert found.high is not None
    assert found.estimate is not None
    assert 0 <= found.low <= found.estimate <= found.high <= 1


def test_nothing_is_a_share_of_nothing() -> None:
    assert wilson(0, 0) == NOTHING
    with pytest.raises(ValueError, match="hits"):
        wilson(3, 2)
