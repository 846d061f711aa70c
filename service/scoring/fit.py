"""Fits the curves of a `ScoreModel` to people's ratings: monotone, shrunk towards published ones.

Every feature gets a few ramps between quantiles of what was seen; their heights are found by
least squares with a ridge towards the prior model and may not change sign (projected coordinate
descent on the Gram matrix, which has one solution). With few labels the prior stays; with many
they speak. Improper but sensible weights are hard to beat on small data (Dawes 1979), hence the
prior. Deterministic: no random numbers, the result is rounded to six decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from service.scoring.score_model import SCORED, Curve, Interval, ScoreModel

Floats = npt.NDArray[np.float64]
QUANTILES = (0.02, 0.25, 0.5, 0.75, 0.98)  # where the knots of a curve lie
ROUNDS, CLOSE = 4000, 1e-9


@dataclass(frozen=True, slots=True)
class Labels:
    """What people said: one row of features per rated answer, its level (1..5, may lie between),
    and who or what it belongs to (a speaker, a question): never split between folds."""

    names: tuple[str, ...]
    rows: Floats  # answers x features, 0..1
    levels: Floats
    groups: tuple[str, ...]

    def part(self, chosen: npt.NDArray[np.bool_]) -> Labels:
        """The chosen answers."""
        groups = tuple(g for g, is_in in zip(self.groups, chosen, strict=True) if is_in)
        return Labels(self.names, self.rows[chosen], self.levels[chosen], groups)


@dataclass(frozen=True, slots=True)
class _Ramps:
    """Column j rises from 0 at `start[j]` to 1 at `end[j]` of feature `feature[j]`."""

    feature: npt.NDArray[np.int64]
    start: Floats
    end: Floats

    def columns(self, rows: Floats) -> Floats:
        raw = (rows[:, self.feature] - self.start) / (self.end - self.start)
        return np.clip(raw, 0.0, 1.0)


def fit(labels: Labels, prior: ScoreModel, *, strength: float) -> ScoreModel:
    """The prior's features refitted to the labels; `strength` is worth so many of them.

    Features are those of the prior; their directions too. The interval stays the prior's (see
    `conformal`), so does what the labels cannot tell.
    """
    index = {name: i for i, name in enumerate(labels.names)}
    used = [curve for curve in prior.curves if curve.feature in index]
    ramps = _ramps(labels.rows, [index[curve.feature] for curve in used])
    columns = ramps.columns(labels.rows)
    known = {index[curve.feature]: curve for curve in used}
    wished = np.array(
        [
            known[int(f)].at(float(b)) - known[int(f)].at(float(a))
            for f, a, b in zip(ramps.feature, ramps.start, ramps.end, strict=True)
        ]
    )
    signs = np.array([1.0 if known[int(f)].reach >= 0 else -1.0 for f in ramps.feature])
    centre, spread = columns.mean(axis=0), columns.std(axis=0)
    heights = _descend(columns - centre, labels.levels - labels.levels.mean(),
                       _Pull(wished, signs, spread, strength))  # fmt: skip
    intercept = float(labels.levels.mean() - centre @ heights)
    return _model(prior, used, _Fitted(ramps, heights, intercept, index))


@dataclass(frozen=True, slots=True)
class _Pull:
    """What holds the heights: the prior's, their signs, the spread of each ramp, the strength."""

    wished: Floats
    signs: Floats
    spread: Floats
    strength: float


@dataclass(frozen=True, slots=True)
class _Fitted:
    ramps: _Ramps
    heights: Floats
    intercept: float
    index: dict[str, int]


def _ramps(rows: Floats, chosen: Sequence[int]) -> _Ramps:
    feature: list[int] = []
    start: list[float] = []
    end: list[float] = []
    for j in chosen:
        knots = np.unique(np.round(np.quantile(rows[:, j], QUANTILES), 4))
        if len(knots) < 2:
            knots = np.array([0.0, 1.0])
        for a, b in pairwise(knots):
            feature.append(j)
            start.append(float(a))
            end.append(float(b))
    return _Ramps(np.array(feature), np.array(start), np.array(end))


def _descend(columns: Floats, target: Floats, pull: _Pull) -> Floats:
    """argmin |target - columns h|^2 + strength |spread (h - wished)|^2 with the signs kept."""
    gram = columns.T @ columns
    aim = columns.T @ target
    hold = pull.strength * np.maximum(pull.spread, 1e-3) ** 2
    heights = pull.wished.copy()
    for _ in range(ROUNDS):
        before = heights.copy()
        for j in range(len(heights)):
            rest = aim[j] - gram[j] @ heights + gram[j, j] * heights[j]
            free = (rest + hold[j] * pull.wished[j]) / (gram[j, j] + hold[j])
            heights[j] = pull.signs[j] * max(0.0, pull.signs[j] * free)
        if np.abs(heights - before).max() < CLOSE:
            break
    return heights


def _model(prior: ScoreModel, used: Sequence[Curve], fitted: _Fitted) -> ScoreModel:
    curves = []
    for curve in used:
        mine = fitted.ramps.feature == fitted.index[curve.feature]
        knots = (*fitted.ramps.start[mine], fitted.ramps.end[mine][-1])
        heights = np.concatenate([[0.0], np.cumsum(fitted.heights[mine])])
        rounded = tuple(round(float(h), SCORED) for h in heights)
        curves.append(Curve(curve.feature, tuple(float(k) for k in knots), rounded))
    return replace(prior, curves=tuple(curves), intercept=round(fitted.intercept, SCORED))


def folds(levels: Floats, groups: Sequence[str], *, count: int, turn: int = 0) -> list[int]:
    """A fold per answer: groups stay whole, and every fold gets high and low ones alike.

    Groups are ranked by their mean level and dealt out; `turn` deals differently. Unequal folds
    would make the training mean move against the fold left out and hide weak agreement.
    """
    members: dict[str, list[float]] = {}
    for group, level in zip(groups, levels, strict=True):
        members.setdefault(group, []).append(float(level))
    ranked = sorted(members, key=lambda g: (sum(members[g]) / len(members[g]), g))
    count = min(count, len(ranked))
    fold: dict[str, int] = {}
    for at in range(0, len(ranked), count):
        is_back = (at // count) % 2 == 1  # there and back, as teams are picked
        for place, group in enumerate(ranked[at : at + count]):
            fold[group] = (count - 1 - place + turn) % count if is_back else place
    return [fold[group] for group in groups]


def thresholds(scores: Floats, kinds: Floats, *, classes: Sequence[float]) -> tuple[float, ...]:
    """The scores at which the next class begins.

    Scores are stretched to the mean and spread of people's classes, and cut half-way between two
    classes: concordance, and so weighted kappa, is then as high as correlation allows (Lin 1989).
    """
    stretch = max(float(scores.std()), 1e-9) / max(float(kinds.std()), 1e-9)
    middles = [(a + b) / 2 for a, b in pairwise(classes)]
    mean_score, mean_kind = float(scores.mean()), float(kinds.mean())
    return tuple(round(mean_score + stretch * (m - mean_kind), SCORED) for m in middles)


def conformal(residuals: Floats, groups: int, *, level: float = 0.9) -> tuple[float, float]:
    """How far below and above the score people's ratings lie, each missed (1 - level) / 2 times.

    `residuals` are person minus score on answers that the curves had not seen. As answers of one
    group resemble each other, the finite-sample correction (n + 1) / n counts groups.
    """
    tail = 1 - (1 - level) / 2
    share = min(1.0, tail * (1 + 1 / max(1, groups)))
    above = float(np.quantile(residuals, share, method="higher"))
    below = float(-np.quantile(residuals, 1 - share, method="lower"))
    return max(0.0, round(below, SCORED)), max(0.0, round(above, SCORED))


def widened(interval: Interval, below: float, above: float, *, labels: Labels) -> Interval:
    """An interval with widths that labels gave."""
    return replace(
        interval,
        below=below,
        above=above,
        labels=len(labels.levels),
        groups=len(set(labels.groups)),
    )
