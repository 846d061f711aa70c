"""What holds for any ratings whatever."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.agreement.alpha import Metric, alpha
from service.agreement.counts import by_cluster, coincidences, tables
from service.agreement.differences import bland_altman, limit, moments, signed_error
from service.agreement.drift import psi, shares
from service.agreement.icc import icc_2_1, icc_of_tables
from service.agreement.kappa import weighted_kappa

LEVEL = st.integers(1, 5)
PAIRS = st.lists(st.tuples(LEVEL, LEVEL), min_size=2, max_size=40)
UNITS = st.lists(st.lists(st.none() | LEVEL, min_size=1, max_size=4), min_size=1, max_size=20)
quick = settings(max_examples=60, deadline=None)


def table_of(pairs: list[tuple[int, int]]) -> np.ndarray:
    first, second = zip(*pairs, strict=True)
    return tables(first, second, range(len(pairs))).sum(axis=0)


@quick
@given(PAIRS)
def test_kappa_is_one_less_squared_error_over_that_of_chance(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs, dtype=float).T
    chance = a.var() + b.var() + (a.mean() - b.mean()) ** 2  # Fleiss & Cohen 1973
    assume(chance > 0)
    assert weighted_kappa(table_of(pairs)) == pytest.approx(1 - ((a - b) ** 2).mean() / chance)


@quick
@given(PAIRS)
def test_two_raters_may_be_swapped(pairs: list[tuple[int, int]]) -> None:
    table = table_of(pairs)
    for statistic in (weighted_kappa, icc_of_tables):
        assert statistic(table) == pytest.approx(float(statistic(table.T)), nan_ok=True)
    assert signed_error(table) == pytest.approx(-float(signed_error(table.T)))


@quick
@given(PAIRS)
def test_nobody_agrees_more_than_with_themselves(pairs: list[tuple[int, int]]) -> None:
    table = table_of(pairs)
    kappa, icc = float(weighted_kappa(table)), float(icc_of_tables(table))
    assert np.isnan(kappa) or -1 - 1e-9 <= kappa <= 1 + 1e-9
    assert np.isnan(icc) or icc <= 1 + 1e-9  # of few targets it may fall far below -1
    levels = [level for pair in pairs for level in pair]
    own = table_of([(level, level) for level in levels])
    assert weighted_kappa(own) == pytest.approx(
        1.0 if len(set(levels)) > 1 else np.nan, nan_ok=True
    )


@quick
@given(PAIRS)
def test_icc_of_a_table_is_icc_of_its_pairs(pairs: list[tuple[int, int]]) -> None:
    found = icc_2_1(np.array(pairs, dtype=float))
    assert icc_of_tables(table_of(pairs)) == pytest.approx(found, abs=1e-9, nan_ok=True)


@quick
@given(PAIRS)
def test_limits_of_a_table_are_those_of_its_pairs(pairs: list[tuple[int, int]]) -> None:
    found = bland_altman(*np.array(pairs, dtype=float).T)
    table = table_of(pairs)
    assert moments(table) == pytest.approx((found.bias, found.deviation), abs=1e-9)
    bounds = (float(limit(table, upper=False)), float(limit(table, upper=True)))
    assert bounds == pytest.approx((found.low, found.high), abs=1e-9)


def brute(units: list[list[int | None]], metric: Metric) -> float:
    """Alpha by its definition: disagreement within units over that among all ratings."""
    kept = [[v for v in unit if v is not None] for unit in units]
    kept = [unit for unit in kept if len(unit) > 1]
    every = [value for unit in kept for value in unit]
    count = {level: every.count(level) for level in range(1, 6)}

    def apart(one: int, two: int) -> float:
        if metric is Metric.NOMINAL:
            return float(one != two)
        if metric is Metric.INTERVAL:
            return float((one - two) ** 2)
        low, high = sorted((one, two))
        between = sum(count[level] for level in range(low, high + 1))
        return (between - (count[low] + count[high]) / 2) ** 2

    within = sum(
        2 * apart(one, two) / (len(unit) - 1) for unit in kept for one, two in combinations(unit, 2)
    )
    among = sum(2 * apart(one, two) for one, two in combinations(every, 2))
    return 1 - (within / len(every)) / (among / (len(every) * (len(every) - 1)))


@quick
@given(UNITS, st.sampled_from(Metric))
def test_alpha_is_its_definition(units: list[list[int | None]], metric: Metric) -> None:
    rated = [v for unit in units if sum(x is not None for x in unit) > 1 for v in unit if v]
    assume(len(set(rated)) > 1)
    found = alpha(coincidences(units).sum(axis=0), metric)
    assert found == pytest.approx(brute(units, metric), abs=1e-9)


def test_alpha_of_ratings_that_are_all_alike_is_unknown() -> None:
    assert np.isnan(alpha(coincidences([[3, 3], [3, 3, None]]).sum(axis=0)))
    assert np.isnan(alpha(coincidences([[3, None], [None]]).sum(axis=0)))


@quick
@given(PAIRS, st.data())
def test_clusters_add_up_to_the_whole(pairs: list[tuple[int, int]], data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from("abc"), min_size=len(pairs), max_size=len(pairs)))
    first, second = zip(*pairs, strict=True)
    found = tables(first, second, names)
    assert len(found) == len(set(names))
    assert found.sum(axis=0) == pytest.approx(table_of(pairs))
    units = coincidences([list(pair) for pair in pairs])
    assert by_cluster(units, names).sum(axis=0) == pytest.approx(units.sum(axis=0))


@pytest.mark.parametrize("levels", [([0], [1]), ([1], [6]), ([1, 2], [1])])
def test_what_is_no_level_is_refused(levels: tuple[list[int], list[int]]) -> None:
    with pytest.raises(ValueError, match="level"):
        tables(*levels, ["a"])
    with pytest.raises(ValueError, match="level"):
        coincidences([[0, 6]])


SCORES = st.lists(st.floats(1, 5), min_size=1, max_size=50)


@quick
@given(SCORES, SCORES)
def test_the_stability_index_is_never_below_nothing(one: list[float], two: list[float]) -> None:
    assert psi(shares(one), shares(one)) == 0
    assert psi(shares(one), shares(two)) == pytest.approx(psi(shares(two), shares(one)))
    assert psi(shares(one), shares(two)) >= 0


def test_an_empty_bin_has_no_stability_index() -> None:
    with pytest.raises(ValueError, match="bins"):
        psi(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
