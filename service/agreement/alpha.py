"""Krippendorff's alpha: any number of raters, missing ratings, ordinal or interval levels."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from service.agreement.counts import Floats


class Metric(StrEnum):
    """What a difference between two levels means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def alpha(coincidence: Floats, metric: Metric = Metric.ORDINAL) -> Floats:
    """Alpha of a coincidence matrix (k, k), or of many (..., k, k); shape (...).

    The matrix is the sum of `counts.coincidences` over the units. 1 is perfect agreement, 0 that
    of chance; NaN where all ratings are of one level. Krippendorff, K. (2011). Computing
    Krippendorff's alpha-reliability. University of Pennsylvania, section D and E.
    """
    found = np.asarray(coincidence, dtype=float)
    margins = found.sum(axis=-1)
    n = margins.sum(axis=-1)
    apart = _apart(margins, metric)
    observed = (found * apart).sum(axis=(-2, -1))
    expected = (margins[..., :, None] * margins[..., None, :] * apart).sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan))


def _apart(margins: Floats, metric: Metric) -> Floats:
    """Squared differences between levels."""
    k = margins.shape[-1]
    place = np.arange(k, dtype=float)
    if metric is Metric.NOMINAL:
        return np.asarray((place[:, None] != place[None, :]).astype(float))
    if metric is Metric.INTERVAL:
        return np.asarray((place[:, None] - place[None, :]) ** 2)
    # ordinal: (sum of the margins from c to k, less half of both ends) squared
    middle = np.cumsum(margins, axis=-1) - margins / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)
