"""Whether a model agrees with people well enough to be let out of the shadow."""

from __future__ import annotations

import math

from service.agreement.bootstrap import Interval

ENOUGH = 30  # interviews; below, no figure of agreement is given
MOST = 100_000  # beyond it, "how many more" is no plan


def is_enough(interviews: int) -> bool:
    """Whether there are interviews enough for a figure to mean anything."""
    return interviews >= ENOUGH


def passes(found: Interval, gate: float, *, interviews: int, least: int) -> bool:
    """Whether the lower bound lies at or above the gate, with at least so many interviews."""
    return interviews >= max(least, ENOUGH) and found.low is not None and found.low >= gate


def needed(found: Interval, gate: float, *, interviews: int, least: int) -> int | None:
    """How many more interviews until the lower bound could pass, if agreement stays as it is.

    Half an interval shrinks with the root of n (Efron & Tibshirani 1993, An Introduction to the
    Bootstrap, section 19.2), so that n' = n ((estimate - low) / (estimate - gate))^2. None where
    today's estimate lies at or below the gate, or there is none: no number would do. With fewer
    interviews than the least number, what is missing to it.
    """
    missing = max(0, max(least, ENOUGH) - interviews)
    if missing:
        return missing
    if found.estimate is None or found.low is None:
        return None
    if found.low >= gate:
        return 0
    if found.estimate <= gate:
        return None
    half = found.estimate - found.low
    whole = math.ceil(interviews * (half / (found.estimate - gate)) ** 2)
    return min(MOST, max(1, whole - interviews))
