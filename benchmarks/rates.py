"""Rates with 95 % intervals: bootstrap for samples, Wilson's score for small groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

SEED = 7
ROUNDS = 1000
Ints = npt.NDArray[np.int64]


def bootstrap(count: int, statistic: Callable[[Ints], float]) -> list[float]:
    """[low, high] of `statistic` (of the drawn indices) over samples with replacement."""
    if count == 0:
        return [0.0, 1.0]
    draw = np.random.default_rng(SEED)
    values = [statistic(draw.integers(0, count, count)) for _ in range(ROUNDS)]
    return [round(float(edge), 4) for edge in np.percentile(values, [2.5, 97.5])]


def ratio(tops: Sequence[float], bottoms: Sequence[float]) -> dict[str, object]:
    """sum(tops) / sum(bottoms), resampling the pairs."""
    top, bottom = np.asarray(tops, np.float64), np.asarray(bottoms, np.float64)

    def of(index: Ints) -> float:
        return float(top[index].sum() / max(bottom[index].sum(), 1e-9))

    return {"value": round(of(np.arange(len(top))), 4), "interval_95": bootstrap(len(top), of)}


def wilson(hits: int, count: int) -> dict[str, object]:
    """A proportion that keeps an honest interval at 0 and 1 (Wilson 1927)."""
    if count == 0:
        return {"value": None, "interval_95": [0.0, 1.0], "n": 0}
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    edges = [round(float(min(max(middle + sign * half, 0), 1)), 4) for sign in (-1, 1)]
    return {"value": round(share, 4), "interval_95": edges, "n": count}


def auc(higher: Sequence[float], lower: Sequence[float]) -> dict[str, object]:
    """Chance that one of `higher` exceeds one of `lower`; ties count half."""
    if not higher or not lower:
        return {"value": None, "n": [len(higher), len(lower)]}
    one, other = np.asarray(higher)[:, None], np.asarray(lower)[None]
    wins = (one > other) + 0.5 * (one == other)
    draw = np.random.default_rng(SEED)
    values = []
    for _ in range(ROUNDS):
        rows = draw.integers(0, len(higher), len(higher))
        columns = draw.integers(0, len(lower), len(lower))
        values.append(wins[np.ix_(rows, columns)].mean())
    edges = [round(float(edge), 4) for edge in np.percentile(values, [2.5, 97.5])]
    return {
        "value": round(float(wins.mean()), 4),
        "interval_95": edges,
        "n": [len(higher), len(lower)],
    }


def macro_f1(truth: Ints, said: Ints) -> float:
    """Mean F1 over the classes that occur in `truth`."""
    scores = []
    for label in np.unique(truth):
        hits = float(((truth == label) & (said == label)).sum())
        total = float((truth == label).sum() + (said == label).sum())
        scores.append(2 * hits / total)
    return float(np.mean(scores)) if scores else 0.0
