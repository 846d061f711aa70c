"""Weighted kappa: agreement of two raters beyond chance, near misses counting partly."""

from __future__ import annotations

import numpy as np

from service.agreement.counts import Floats


def quadratic(levels: int = 5) -> Floats:
    """Disagreement by the square of the distance between levels (Fleiss & Cohen 1973)."""
    place = np.arange(levels, dtype=float)
    return np.asarray((place[:, None] - place[None, :]) ** 2)


def weighted_kappa(table: Floats, weights: Floats | None = None) -> Floats:
    """Weighted kappa of one table (k, k) or of many (..., k, k); shape (...).

    `weights`: how much each pair of levels disagrees, 0 on the diagonal; quadratic unless given.
    1 is perfect agreement, 0 that of chance; NaN where chance leaves nothing to disagree on (an
    empty table, or both raters always gave one and the same level). Cohen, J. (1968). Weighted
    kappa. Psychological Bulletin 70(4), 213-220.
    """
    table = np.asarray(table, dtype=float)
    weighted = quadratic(table.shape[-1]) if weights is None else weights
    n = table.sum(axis=(-2, -1))
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)
    observed = (table * weighted).sum(axis=(-2, -1))
    expected = np.einsum("...i,ij,...j->...", rows, weighted, columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        # observed / n over expected / n^2; cells are counts, so that 0 is exactly 0
        found = 1.0 - observed * n / expected
    return np.asarray(np.where(expected > 0, found, np.nan))
