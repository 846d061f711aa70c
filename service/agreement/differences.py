"""By how much two raters differ: signed error, and the limits of agreement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service.agreement.counts import Floats

NORMAL_95 = 1.96  # as Bland & Altman draw their limits


@dataclass(frozen=True, slots=True)
class BlandAltman:
    """`bias`: mean of first minus second; 95 % of differences lie within `low`..`high`."""

    n: int
    bias: float
    deviation: float
    low: float
    high: float


def bland_altman(first: Floats, second: Floats) -> BlandAltman:
    """Bias and limits of agreement of paired measures.

    Bland, J. M. & Altman, D. G. (1986). Statistical methods for assessing agreement between two
    methods of clinical measurement. The Lancet 327(8476), 307-310. Raises ValueError for fewer
    than two pairs.
    """
    apart = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    if apart.size < 2:
        raise ValueError("at least two pairs")
    bias, deviation = float(apart.mean()), float(apart.std(ddof=1))
    return BlandAltman(
        int(apart.size), bias, deviation, bias - NORMAL_95 * deviation, bias + NORMAL_95 * deviation
    )


def moments(table: Floats) -> tuple[Floats, Floats]:
    """Bias and standard deviation of first minus second, from tables (..., k, k)."""
    table = np.asarray(table, dtype=float)
    place = np.arange(table.shape[-1], dtype=float)
    apart = place[:, None] - place[None, :]
    n = table.sum(axis=(-2, -1))
    first, second = (table * apart).sum(axis=(-2, -1)), (table * apart**2).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        bias = first / n
        spread = np.maximum(second - first**2 / n, 0.0) / (n - 1)
        return np.asarray(bias), np.asarray(np.sqrt(spread))


def signed_error(table: Floats) -> Floats:
    """Mean of first minus second, in levels: above 0, the first is the milder one."""
    return moments(table)[0]


def limit(table: Floats, *, upper: bool) -> Floats:
    """One limit of agreement, from tables."""
    bias, deviation = moments(table)
    return np.asarray(bias + (NORMAL_95 if upper else -NORMAL_95) * deviation)
