"""Ratings as sums that add up over interviews, so that thousands of resamples cost one product.

Every statistic here is a function of sums over clusters (one cluster = one interview, whose
competencies are not independent). A resample of clusters is then a row of multiplicities, and all
resamples together are one matrix product.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def tables(
    first: Sequence[int], second: Sequence[int], clusters: Sequence[Hashable], *, levels: int = 5
) -> Floats:
    """Contingency tables, one per cluster: (clusters, levels, levels), rows by the first rater.

    Levels are 1..`levels`. Clusters come in the order of their first appearance. Raises
    ValueError for sequences of unequal length or levels out of range.
    """
    a, b = np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64)
    if not len(a) == len(b) == len(clusters):
        raise ValueError("one level of each rater and one cluster per item")
    if len(a) and (min(a.min(), b.min()) < 1 or max(a.max(), b.max()) > levels):
        raise ValueError(f"levels lie in 1..{levels}")
    index = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    found = np.zeros(len(index) * levels * levels)
    place = np.asarray([index[name] for name in clusters], dtype=np.int64)
    np.add.at(found, (place * levels + a - 1) * levels + b - 1, 1.0)
    return found.reshape(len(index), levels, levels)


def coincidences(units: Sequence[Sequence[int | None]], *, levels: int = 5) -> Floats:
    """Krippendorff's coincidence matrix of each unit: (units, levels, levels).

    A unit is one thing rated; None is a rating that is missing. Within a unit of m ratings every
    ordered pair of two raters counts 1 / (m - 1). A unit of fewer than two ratings counts nothing.
    """
    found = np.zeros((len(units), levels, levels))
    for place, unit in enumerate(units):
        values = [value for value in unit if value is not None]
        if len(values) < 2:
            continue
        if min(values) < 1 or max(values) > levels:
            raise ValueError(f"levels lie in 1..{levels}")
        each = np.bincount(np.asarray(values) - 1, minlength=levels).astype(float)
        found[place] = (np.outer(each, each) - np.diag(each)) / (len(values) - 1)
    return found


def by_cluster(sums: Floats, clusters: Sequence[Hashable]) -> Floats:
    """Sums of items added up within clusters, in the order of their first appearance."""
    index = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    found = np.zeros((len(index), *sums.shape[1:]))
    np.add.at(found, [index[name] for name in clusters], sums)
    return found
