"""Agreement with people: correlation, weighted kappa, and a bootstrap over whole groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Metric = Callable[[Floats, Floats], float]
Chosen = npt.NDArray[np.int64]
RESAMPLES = 1000


def pearson(a: Floats, b: Floats) -> float:
    """Correlation; 0 where one of the two does not vary."""
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 1e-12 and b.std() > 1e-12 else 0.0


def kappa(a: Floats, b: Floats) -> float:
    """Quadratic-weighted kappa of classes 0, 1, ... (Cohen 1968)."""
    top = int(max(a.max(), b.max())) + 1
    counts = np.zeros((top, top))
    np.add.at(counts, (a.astype(int), b.astype(int)), 1)
    apart = np.subtract.outer(np.arange(top), np.arange(top)) ** 2
    expected = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    return float(1 - (apart * counts).sum() / max(float((apart * expected).sum()), 1e-12))


METRICS: Mapping[str, Metric] = {"pearson": pearson, "qwk": kappa}


def bootstrap(value: Callable[[Chosen], float], groups: Sequence[str]) -> dict[str, float]:
    """95 % percentile interval of `value` over groups drawn with replacement, the same each run."""
    rng = np.random.default_rng(7)
    members: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    rows = [np.array(each) for each in members.values()]
    draws = rng.integers(len(rows), size=(RESAMPLES, len(rows)))
    found = [value(np.concatenate([rows[j] for j in draw])) for draw in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return {"low": short(float(low)), "high": short(float(high))}


def compared(
    name: str,
    ours: Sequence[Floats],
    others: Mapping[str, Floats | None],
    *,
    truth: Floats,
    groups: Sequence[str],
) -> dict[str, object]:
    """A metric of ours (the mean over turns) beside the baselines, and our margin over the best."""
    metric = METRICS[name]

    def mean(rows: Chosen) -> float:
        return float(np.mean([metric(each[rows], truth[rows]) for each in ours]))

    everything = np.arange(len(truth))
    there = {key: each for key, each in others.items() if each is not None}
    values = {key: metric(each, truth) for key, each in there.items()}
    best = max(values, key=lambda key: values[key])
    rival = there[best]
    ahead = bootstrap(lambda rows: mean(rows) - metric(rival[rows], truth[rows]), groups)
    margin = short(mean(everything) - values[best])
    return {
        "agreement": short(mean(everything)),
        **bootstrap(mean, groups),
        "metric": name,
        "baselines": {key: short(values[key]) if key in values else None for key in others},
        "margin": {"over": best, "difference": margin, **ahead},
    }


def short(value: float) -> float:
    """Four decimals."""
    return round(float(value), 4)
