"""The intraclass correlation ICC(2,1): two-way random effects, one rater, absolute agreement."""

from __future__ import annotations

import numpy as np

from service.agreement.counts import Floats


def icc_2_1(ratings: Floats) -> float:
    """ICC(2,1) of complete ratings, shape (targets, judges); NaN where nothing varies.

    Shrout, P. E. & Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater
    reliability. Psychological Bulletin 86(2), 420-428, their case 2. Raises ValueError for fewer
    than two targets or judges.
    """
    found = np.asarray(ratings, dtype=float)
    if found.ndim != 2 or min(found.shape) < 2:
        raise ValueError("at least two targets, each rated by the same two or more judges")
    n, k = found.shape
    mean = found.mean()
    targets, judges = found.mean(axis=1, keepdims=True), found.mean(axis=0, keepdims=True)
    between_targets = k * float(((targets - mean) ** 2).sum()) / (n - 1)
    between_judges = n * float(((judges - mean) ** 2).sum()) / (k - 1)
    error = float(((found - targets - judges + mean) ** 2).sum()) / ((n - 1) * (k - 1))
    whole = between_targets + (k - 1) * error + k * (between_judges - error) / n
    return (between_targets - error) / whole if whole > 0 else float("nan")


def icc_of_tables(table: Floats) -> Floats:
    """ICC(2,1) of two judges from their tables (..., k, k) of levels 1..k; shape (...).

    The same as `icc_2_1` on the pairs that the table counts, from sums alone: with d = a - b,
    MSR = var(a + b) / 2, MSE = var(d) / 2, MSC = n mean(d)^2 / 2.
    """
    table = np.asarray(table, dtype=float)
    place = np.arange(1, table.shape[-1] + 1, dtype=float)
    both, apart = place[:, None] + place[None, :], place[:, None] - place[None, :]
    n = table.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        targets = _variance(table, both, n) / 2
        error = _variance(table, apart, n) / 2
        judges = (table * apart).sum(axis=(-2, -1)) ** 2 / n / 2
        whole = targets + error + 2 * (judges - error) / n
        return np.asarray(np.where(whole > 1e-12, (targets - error) / whole, np.nan))


def _variance(table: Floats, values: Floats, n: Floats) -> Floats:
    """Sample variance (n - 1) of a value over the cells of a table."""
    first = (table * values).sum(axis=(-2, -1))
    second = (table * values**2).sum(axis=(-2, -1))
    return np.asarray((second - first**2 / n) / (n - 1))
