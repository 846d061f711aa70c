"""Our score models under nested cross-validation: scores, intervals, classes, all held out.

Folds keep a participant, video or question whole. For each fold the curves are fitted on the
others; residuals of an inner cross-validation there give the interval (also for transcripts with
word errors, whose rate stands for the recogniser's doubt) and the cuts between classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from service.scoring import fit
from service.scoring.fit import Labels
from service.scoring.score_model import Doubt, Interval, ScoreModel

Floats = npt.NDArray[np.float64]
STRENGTH = 100.0  # set once for all sets; 30 to 300 differ by less than .03 on the smallest
FOLDS, INNER, TURNS = 10, 5, 3


@dataclass(slots=True)
class HeldOut:
    """Scores averaged over turns; of the first turn, bounds by error rate and class cuts."""

    scores: Floats
    low: dict[float, Floats]
    high: dict[float, Floats]
    cuts: list[Floats]  # one per turn: the class of each answer, where there are classes


def evaluate(
    labels: Labels,
    spoiled: Mapping[float, Floats],
    *,
    prior: ScoreModel,
    classes: Floats | None = None,
) -> HeldOut:
    """Nested cross-validation; `spoiled`: the same answers' rows by word error rate, 0 included.

    `classes`: each answer's class 0, 1, ..., where people gave classes.
    """
    n = len(labels.levels)
    empty = {rate: np.zeros(n) for rate in spoiled}
    found = HeldOut(np.zeros(n), empty, {rate: np.zeros(n) for rate in spoiled}, [])
    for turn in range(TURNS):
        fold = np.array(fit.folds(labels.levels, labels.groups, count=FOLDS, turn=turn))
        cut = np.zeros(n)
        for each in np.unique(fold):
            seen, left = fold != each, fold == each
            model = fit.fit(labels.part(seen), prior, strength=STRENGTH)
            scores = apply(model, labels.names, labels.rows[left])
            found.scores[left] += scores / TURNS
            if turn and classes is None:
                continue
            inner = _inner(labels.part(seen), _parts(spoiled, seen), prior)
            if classes is not None:
                kinds = range(int(classes.max()) + 1)
                cuts = fit.thresholds(inner[0.0], classes[seen], classes=kinds)
                cut[left] = np.searchsorted(cuts, scores, side="right")
            if turn == 0:
                interval = calibrated(labels.part(seen), inner, prior.interval)
                _bound(found, replace(model, interval=interval), labels, (left, spoiled))
        found.cuts.append(cut)
    return found


def apply(model: ScoreModel, names: Sequence[str], rows: Floats) -> Floats:
    """The model's scores by its own arithmetic."""
    return np.array([model.score(dict(zip(names, row, strict=True))) for row in rows])


def calibrated(labels: Labels, inner: Mapping[float, Floats], known: Interval) -> Interval:
    """Widths from residuals: of clean transcripts, and what each bit of doubt adds at most."""
    groups = len(set(labels.groups))
    widths = {rate: fit.conformal(labels.levels - scores, groups) for rate, scores in inner.items()}
    below, above = widths[0.0]
    slopes = [
        max([0.0, *((w[side] - widths[0.0][side]) / rate for rate, w in widths.items() if rate)])
        for side in (0, 1)
    ]
    made = fit.widened(known, below, above, labels=labels)
    return replace(
        made, doubt_below=round(slopes[0], 6), doubt_above=round(slopes[1], 6), short=0.0
    )


def _inner(
    labels: Labels, spoiled: Mapping[float, Floats], prior: ScoreModel
) -> dict[float, Floats]:
    """Scores of answers that the curves had not seen, by word error rate."""
    fold = np.array(fit.folds(labels.levels, labels.groups, count=INNER, turn=1))
    found = {rate: np.zeros(len(fold)) for rate in spoiled}
    for each in np.unique(fold):
        model = fit.fit(labels.part(fold != each), prior, strength=STRENGTH)
        for rate, rows in spoiled.items():
            found[rate][fold == each] = apply(model, labels.names, rows[fold == each])
    return found


def _parts(spoiled: Mapping[float, Floats], seen: npt.NDArray[np.bool_]) -> dict[float, Floats]:
    return {rate: rows[seen] for rate, rows in spoiled.items()}


def _bound(
    found: HeldOut,
    model: ScoreModel,
    labels: Labels,
    left: tuple[npt.NDArray[np.bool_], Mapping[float, Floats]],
) -> None:
    chosen, spoiled = left
    for rate, rows in spoiled.items():
        scores = apply(model, labels.names, rows[chosen])
        bounds = [model.bounds(float(s), Doubt(confidence=1 - rate)) for s in scores]
        found.low[rate][chosen] = [low for low, _ in bounds]
        found.high[rate][chosen] = [high for _, high in bounds]
