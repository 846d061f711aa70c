"""Shares of a count, with their intervals."""

from __future__ import annotations

import math

from service.agreement.bootstrap import NOTHING, Interval

Z_95 = 1.959963984540054


def wilson(hits: int, n: int) -> Interval:
    """A share with its 95 % score interval; nothing for n = 0.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22(158), 209-212. Raises ValueError for hits outside 0..n.
    """
    if not 0 <= hits <= n:
        raise ValueError("hits lie in 0..n")
    if n == 0:
        return NOTHING
    share, square = hits / n, Z_95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z_95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    low = 0.0 if hits == 0 else middle - half
    return Interval(share, low, 1.0 if hits == n else middle + half)
