"""From levels of the model and of people to the figures of a report. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import numpy.typing as npt

from service.agreement.alpha import Metric, alpha
from service.agreement.bootstrap import NOTHING, Interval, interval
from service.agreement.counts import Floats, by_cluster, coincidences, tables
from service.agreement.differences import limit, moments, signed_error
from service.agreement.icc import icc_of_tables
from service.agreement.kappa import weighted_kappa

PLACES = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))


@dataclass(frozen=True, slots=True)
class Item:
    """One competency of one interview: the model's level, and people's in order of locking."""

    interview: Hashable
    model: int
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """So many pairs with this mean and this difference (model minus person)."""

    mean: float
    difference: float
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How far the model agrees with whoever locked first; alpha is over all who did."""

    bias: Interval
    deviation: float
    limit_low: Interval
    limit_high: Interval
    kappa: Interval
    icc: Interval
    alpha_ordinal: Interval
    alpha_interval: Interval
    same: Interval
    within_one: Interval
    points: list[Point]


def figures(items: Sequence[Item]) -> Figures:
    """All figures of one set of pairs; about a second of CPU for a thousand interviews."""
    table = _against(items)
    names = [item.interview for item in items]
    every = by_cluster(coincidences([(item.model, *item.people) for item in items]), names)
    of = partial(interval, table)
    return Figures(
        bias=of(signed_error),
        deviation=float(moments(table.sum(axis=0))[1]),
        limit_low=of(partial(limit, upper=False)),
        limit_high=of(partial(limit, upper=True)),
        kappa=of(weighted_kappa),
        icc=of(icc_of_tables),
        alpha_ordinal=interval(every, alpha),
        alpha_interval=interval(every, partial(alpha, metric=Metric.INTERVAL)),
        same=of(_share(PLACES == 0)),
        within_one=of(_share(PLACES <= 1)),
        points=points(items),
    )


def gate_interval(items: Sequence[Item], metric: str) -> Interval:
    """The interval whose lower bound must pass."""
    if not items:
        return NOTHING
    return interval(_against(items), icc_of_tables if metric == "icc" else weighted_kappa)


def among_people(items: Sequence[Item]) -> tuple[int, Interval]:
    """Interviews that two or more rated, and how far they agree (every pair, in both orders)."""
    pairs = [
        (item.interview, one, two)
        for item in items
        for a, b in combinations(item.people, 2)
        for one, two in ((a, b), (b, a))
    ]
    if not pairs:
        return 0, NOTHING
    names, first, second = zip(*pairs, strict=True)
    return len(set(names)), interval(tables(first, second, names), weighted_kappa)


def points(items: Sequence[Item]) -> list[Point]:
    """Mean and difference of each pair, alike ones counted together."""
    found = Counter((item.model, item.people[0]) for item in items)
    return [
        Point((model + person) / 2, float(model - person), count)
        for (model, person), count in sorted(found.items())
    ]


def _against(items: Sequence[Item]) -> Floats:
    """The model beside the first person, by interview."""
    return tables(
        [item.model for item in items],
        [item.people[0] for item in items],
        [item.interview for item in items],
    )


def _share(cells: npt.NDArray[np.bool_]) -> Callable[[Floats], Floats]:
    def share(table: Floats) -> Floats:
        return np.asarray((table * cells).sum(axis=(-2, -1)) / table.sum(axis=(-2, -1)))

    return share
