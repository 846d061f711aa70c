"""Curves fitted to people's ratings: monotone, shrunk towards the published, never made up."""

from __future__ import annotations

import numpy as np
import pytest

from service.scoring.fit import Labels, conformal, fit, thresholds, widened
from service.scoring.priors import ASSUMED, RUBRIC
from service.scoring.score_model import ScoreModel

NAMES = tuple(curve.feature for curve in RUBRIC.curves)
rng = np.random.default_rng(11)


def labels(count: int, *, noise: float = 0.3) -> Labels:
    """People who go by concreteness alone, in a bend: half of it is nearly all that they ask."""
    rows = rng.random((count, len(NAMES))).round(4)
    concrete = rows[:, NAMES.index("specificity")]
    levels = 1.5 + 3 * np.minimum(1, 2 * concrete) + rng.normal(0, noise, count)
    return Labels(NAMES, rows, np.clip(levels, 1, 5), tuple(str(i // 4) for i in range(count)))


def reach(model: ScoreModel, name: str) -> float:
    return next(curve.reach for curve in model.curves if curve.feature == name)


def test_many_labels_are_followed_and_the_bend_is_found() -> None:
    found = fit(labels(800), RUBRIC, strength=10)
    curve = next(c for c in found.curves if c.feature == "specificity")
    assert curve.reach > 2.5
    assert curve.at(0.5) > 0.85 * curve.reach
    assert all(reach(found, name) < 0.3 for name in NAMES if name != "specificity")


def test_few_labels_leave_the_published_weights_nearly_alone() -> None:
    found = fit(labels(6), RUBRIC, strength=300)
    for name in NAMES:
        assert reach(found, name) == pytest.approx(reach(RUBRIC, name), abs=0.35)


def test_no_label_turns_a_feature_round() -> None:
    against = labels(400)
    turned = Labels(NAMES, against.rows, 6 - against.levels, against.groups)
    found = fit(turned, RUBRIC, strength=1)
    assert reach(found, "specificity") == 0.0
    assert reach(found, "repetition") <= 0.0


def test_the_same_labels_give_the_same_document() -> None:
    some = labels(120)
    assert fit(some, RUBRIC, strength=30).sha256 == fit(some, RUBRIC, strength=30).sha256


def test_features_that_never_vary_keep_to_the_prior_without_an_error() -> None:
    some = labels(40)
    some.rows[:, NAMES.index("structure")] = 0.25
    assert reach(fit(some, RUBRIC, strength=30), "structure") >= 0.0


def test_conformal_widths_hold_the_share_they_promise() -> None:
    residuals = rng.normal(0.1, 1.0, 4000)
    below, above = conformal(residuals, 2000)
    assert np.mean((-below <= residuals) & (residuals <= above)) == pytest.approx(0.9, abs=0.005)
    few = conformal(residuals[:40], 10)
    assert few[0] + few[1] >= np.ptp(residuals[:40]) * 0.99


def test_an_interval_made_of_labels_is_no_longer_assumed() -> None:
    found = widened(ASSUMED, 0.5, 0.6, labels=labels(40))
    assert (found.labels, found.groups, found.is_assumed) == (40, 10, False)


def test_cuts_give_classes_the_spread_that_people_gave() -> None:
    scores = rng.normal(3, 0.5, 2000)
    kinds = np.clip(np.round(2 + 1.2 * rng.normal(0, 1, 2000)), 0, 4)
    cuts = thresholds(scores, kinds, classes=range(5))
    given = np.searchsorted(cuts, scores, side="right")
    assert list(cuts) == sorted(cuts)
    assert given.mean() == pytest.approx(kinds.mean(), abs=0.1)
    assert given.std() == pytest.approx(kinds.std(), abs=0.15)
