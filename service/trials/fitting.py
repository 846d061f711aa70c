"""Fit a competency's curves to people's levels, and replay what is known through old and new.

Pure. Measured by cross-validation over interviews: the agreement that is shown is that on
interviews which the curves had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.agreement.bootstrap import Interval, interval
from service.agreement.counts import Floats, tables
from service.agreement.kappa import weighted_kappa
from service.scoring.fit import Labels, conformal, fit, folds, widened
from service.scoring.score_model import ScoreModel

STRENGTH = 30.0  # the published curves are worth so many labels
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Rated:
    """One interview under one competency: the features of its answers, and their weights."""

    interview: str
    answers: tuple[tuple[float, dict[str, float]], ...]  # weight, features
    level: float | None = None  # people's mean, where they have rated it

    def score(self, model: ScoreModel) -> float:
        """The competency's score under a model: the answers' mean by their weights."""
        whole = math.fsum(weight for weight, _ in self.answers)
        return math.fsum(weight * model.score(found) for weight, found in self.answers) / whole

    def features(self) -> dict[str, float]:
        """The answers' features, averaged by their weights."""
        whole = math.fsum(weight for weight, _ in self.answers)
        names = {name for _, found in self.answers for name in found}
        return {
            name: math.fsum(w * found.get(name, 0.0) for w, found in self.answers) / whole
            for name in names
        }


@dataclass(frozen=True, slots=True)
class Fitted:
    """A new model, and how far old and new agree with people (the new one cross-validated)."""

    model: ScoreModel
    before: Interval
    after: Interval


@dataclass(frozen=True, slots=True)
class Diff:
    """What a new model would change: `moves[i][j]` interviews from level i + 1 to j + 1."""

    n: int
    changed: int
    mean_shift: float
    moves: list[list[int]]


def fitted(labelled: Sequence[Rated], prior: ScoreModel, *, version: str) -> Fitted:
    """Fit the prior's curves to the levels. Needs two interviews at least; wants many more."""
    labels = _labels(labelled, prior)
    fold = np.array(folds(labels.levels, labels.groups, count=FOLDS))
    unseen = np.zeros(len(labelled))
    for left_out in set(fold.tolist()):
        model = fit(labels.part(fold != left_out), prior, strength=STRENGTH)
        for place in np.flatnonzero(fold == left_out).tolist():
            unseen[place] = labelled[place].score(model)
    below, above = conformal(labels.levels - unseen, len(labelled))
    whole = fit(labels, prior, strength=STRENGTH)
    wide = widened(whole.interval, below, above, labels=labels)
    model = ScoreModel(
        id="candor-fitted",
        version=version,
        intercept=whole.intercept,
        curves=whole.curves,
        interval=wide,
        thresholds=whole.thresholds,
        trained_on=f"{len(labelled)} interviews",
    )
    old = np.array([one.score(prior) for one in labelled])
    return Fitted(model, _agreement(labelled, old, prior), _agreement(labelled, unseen, whole))


def diff(golden: Sequence[Rated], old: ScoreModel, new: ScoreModel) -> Diff:
    """Replay interviews through two models."""
    moves = [[0] * 5 for _ in range(5)]
    shift = 0.0
    for one in golden:
        before, after = one.score(old), one.score(new)
        moves[old.level(before) - 1][new.level(after) - 1] += 1
        shift += after - before
    stayed = sum(moves[level][level] for level in range(5))
    n = len(golden)
    return Diff(n, n - stayed, shift / n if n else 0.0, moves)


def _labels(labelled: Sequence[Rated], prior: ScoreModel) -> Labels:
    names = tuple(curve.feature for curve in prior.curves)
    rows = [[one.features().get(name, 0.0) for name in names] for one in labelled]
    levels = np.array([one.level for one in labelled], dtype=float)
    return Labels(names, np.array(rows), levels, tuple(one.interview for one in labelled))


def _agreement(labelled: Sequence[Rated], scores: Floats, model: ScoreModel) -> Interval:
    people = [min(5, max(1, math.floor((one.level or 0.0) + 0.5))) for one in labelled]
    said = [model.level(float(score)) for score in scores]
    names = [one.interview for one in labelled]
    return interval(tables(said, people, names), weighted_kappa)
