"""Intervals: the same every time, wide where little is known, and right about as often as said."""

from __future__ import annotations

import numpy as np
import pytest

from service.agreement import bootstrap
from service.agreement.bootstrap import NOTHING, interval
from service.agreement.counts import Floats, tables
from service.agreement.kappa import weighted_kappa


def world(clusters: int, *, seed: int, each: int = 3) -> Floats:
    """Tables of a model beside a person: each is off by a level now and then."""
    random = np.random.default_rng(seed)
    person = np.repeat(random.integers(1, 6, clusters), each)  # good answers come together
    true = np.clip(person + random.integers(-1, 2, clusters * each), 1, 5)
    model = np.clip(true + random.choice([-1, 0, 0, 1], clusters * each), 1, 5)
    return tables(true.tolist(), model.tolist(), np.repeat(np.arange(clusters), each).tolist())


def test_the_same_data_give_the_same_bounds() -> None:
    data = world(40, seed=1)
    assert interval(data, weighted_kappa) == interval(data, weighted_kappa)
    assert interval(data, weighted_kappa, seed=7) != interval(data, weighted_kappa)


def test_the_estimate_lies_within_and_bounds_close_in() -> None:
    wide, narrow = (interval(world(n, seed=2), weighted_kappa) for n in (20, 320))
    for found in (wide, narrow):
        assert found.low is not None
        assert found.high is not None
        assert found.estimate is not None
        assert found.low < found.estimate < found.high
    spans = [found.high - found.low for found in (wide, narrow)]  # type: ignore[operator]
    assert spans[1] < spans[0] / 2.5


def test_more_confidence_is_wider() -> None:
    data = world(40, seed=3)
    usual, sure = (interval(data, weighted_kappa, confidence=c) for c in (0.9, 0.99))
    assert sure.low is not None
    assert usual.low is not None
    assert sure.low < usual.low


def test_whole_interviews_are_drawn_not_single_ratings() -> None:
    rows = np.array([[1, 1], [2, 1], [5, 5], [3, 4], [4, 4], [2, 2], [1, 2], [5, 3]] * 5)
    first, second = rows.T.tolist()
    copied = 6  # every interview says the same thing six times: that is no more knowledge
    single = tables(first, second, range(len(rows)))
    repeated = tables(first * copied, second * copied, list(range(len(rows))) * copied)
    assert interval(repeated, weighted_kappa).low == pytest.approx(
        interval(single, weighted_kappa).low
    )


def test_nothing_is_said_of_nothing() -> None:
    alike = tables([3, 3, 3], [3, 3, 3], "abc")
    assert interval(alike, weighted_kappa) == NOTHING
    assert interval(alike[:0], weighted_kappa) == NOTHING
    lone = interval(tables([1, 3], [1, 4], "aa"), weighted_kappa)
    assert lone.estimate is not None
    assert (lone.low, lone.high) == (None, None)


def test_perfect_agreement_has_bounds_at_one() -> None:
    levels = [1, 2, 3, 4, 5] * 8
    found = interval(tables(levels, levels, range(40)), weighted_kappa)
    assert (found.estimate, found.low, found.high) == (1.0, 1.0, 1.0)


def test_bounds_hold_the_truth_about_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "REPLICATES", 400)
    truth = float(weighted_kappa(world(200_000, seed=99).sum(axis=0)))
    hits = 0
    for seed in range(200):
        found = interval(world(40, seed=seed), weighted_kappa)
        hits += bool(found.low is not None and found.high is not None) and (
            found.low <= truth <= found.high  # type: ignore[operator]
        )
    assert 0.90 <= hits / 200 <= 0.99  # 95 % asked; 200 draws are good to about 3 points
