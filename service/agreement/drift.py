"""Whether scores are still what they were: population stability and error between two times."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from service.agreement.counts import Floats

EDGES = (1.5, 2.5, 3.5, 4.5)  # between the levels
WATCH, ALARM = 0.1, 0.25  # the usual bounds of the index
ERROR_ALARM = 0.25  # levels, the bound that attacks are held to as well
HALF = 0.5  # added to each bin, so that an empty one costs something finite (Jeffreys' prior)


class Drift(StrEnum):
    """What to do about it."""

    NONE = "none"
    WATCH = "watch"
    ALARM = "alarm"


def shares(scores: Sequence[float]) -> Floats:
    """How scores spread over the five levels; half a score is added to each bin."""
    counted = np.bincount(np.digitize(np.asarray(scores, dtype=float), EDGES), minlength=5) + HALF
    return np.asarray(counted / counted.sum())


def psi(expected: Floats, actual: Floats) -> float:
    """Population stability index of two distributions over the same bins: sum (a - e) ln(a / e).

    Below .1 nothing moved, above .25 much did. Siddiqi, N. (2006). Credit Risk Scorecards, ch. 9;
    it is Jeffreys' divergence (Kullback & Leibler 1951). Raises ValueError for an empty bin.
    """
    e, a = np.asarray(expected, dtype=float), np.asarray(actual, dtype=float)
    if e.shape != a.shape or (e <= 0).any() or (a <= 0).any():
        raise ValueError("the same bins, none of them empty")
    return float(((a - e) * np.log(a / e)).sum())


def drift(index: float | None, error: float | None) -> Drift:
    """The alarm that an index and the move of the signed error (levels) call for."""
    moved = abs(error) if error is not None else 0.0
    found = index if index is not None else 0.0
    if found >= ALARM or moved >= ERROR_ALARM:
        return Drift.ALARM
    return Drift.WATCH if found >= WATCH else Drift.NONE
