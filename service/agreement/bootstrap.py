"""Intervals by resampling whole interviews: seeded, so that the same data give the same bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from service.agreement.counts import Floats

REPLICATES = 2000
SEED = 20_260_101
NORMAL = NormalDist()
Statistic = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its bounds; None where the data do not let it be computed."""

    estimate: float | None
    low: float | None
    high: float | None


NOTHING = Interval(None, None, None)


def interval(
    clusters: Floats, statistic: Statistic, *, confidence: float = 0.95, seed: int = SEED
) -> Interval:
    """Bias-corrected and accelerated interval of a statistic of sums over clusters.

    `clusters`: (clusters, ...) sums of each; `statistic` maps sums (..., k, k) to numbers (...).
    Clusters are drawn with replacement, since what is rated within one interview is not
    independent. Efron, B. (1987). Better bootstrap confidence intervals. JASA 82(397), 171-185;
    Field, C. A. & Welsh, A. H. (2007). Bootstrapping clustered data. JRSS B 69(3), 369-390.
    Resamples in which the statistic is undefined are left out; where they are more than half, or
    there are fewer than two clusters, there are no bounds.
    """
    n = len(clusters)
    if n == 0:
        return NOTHING
    whole = clusters.sum(axis=0)
    estimate = float(statistic(whole))
    if not math.isfinite(estimate):
        return NOTHING
    if n < 2:
        return Interval(estimate, None, None)
    drawn = statistic(_resampled(clusters, seed=seed))
    known = drawn[np.isfinite(drawn)]
    if len(known) * 2 < len(drawn):
        return Interval(estimate, None, None)
    low, high = _bca(known, statistic(whole - clusters), estimate, confidence=confidence)
    return Interval(estimate, low, high)


def _resampled(clusters: Floats, *, seed: int) -> Floats:
    """Sums of `REPLICATES` resamples."""
    n = len(clusters)
    random = np.random.Generator(np.random.PCG64(seed))
    times = random.multinomial(n, np.full(n, 1 / n), size=REPLICATES).astype(float)
    return np.asarray(np.tensordot(times, clusters, axes=1))


def _bca(
    drawn: Floats, jackknife: Floats, estimate: float, *, confidence: float
) -> tuple[float, float]:
    """The two bounds; plain percentiles where all resamples are alike."""
    half = (1 - confidence) / 2
    below = (float((drawn < estimate).sum()) + float((drawn <= estimate).sum())) / 2 / len(drawn)
    if not 0 < below < 1:
        shares = [half, 1 - half]
    else:
        shift = NORMAL.inv_cdf(below)
        pull = _acceleration(jackknife)
        shares = [_share(shift, pull, share) for share in (half, 1 - half)]
    low, high = np.quantile(drawn, shares)
    return float(low), float(high)


def _share(shift: float, pull: float, share: float) -> float:
    moved = shift + NORMAL.inv_cdf(share)
    return NORMAL.cdf(shift + moved / (1 - pull * moved))


def _acceleration(jackknife: Floats) -> float:
    known = jackknife[np.isfinite(jackknife)]
    if not len(known):
        return 0.0
    apart = known.mean() - known
    squares = float((apart**2).sum())
    return float((apart**3).sum()) / (6 * squares**1.5) if squares > 1e-18 else 0.0
