"""Fitting: what people say moves the curves, and only as far as unseen interviews bear out."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from service.scoring.priors import RUBRIC
from service.scoring.score_model import Curve
from service.trials.calibration import attacked, read
from service.trials.fitting import Rated, diff, fitted

NAMES = [curve.feature for curve in RUBRIC.curves]


def interviews(n: int, *, by: str = "structure", noise: float = 0.4) -> list[Rated]:
    """People who look at one feature only."""
    chance = random.Random(3)
    found = []
    for number in range(n):
        features = {name: chance.random() for name in NAMES} | {"repetition": 0.0}
        level = round(1 + 4 * features[by] + chance.gauss(0, noise))
        answers = ((1.0, features),)
        found.append(Rated(str(number), answers, float(min(5, max(1, level)))))
    return found


def test_curves_learn_what_people_look_at() -> None:
    found = fitted(interviews(120), RUBRIC, version="1")
    reach = {curve.feature: curve.reach for curve in found.model.curves}
    assert reach["structure"] == max(reach.values())
    assert reach["structure"] > 2
    assert found.before.estimate is not None
    assert found.after.estimate is not None
    assert found.after.estimate > found.before.estimate + 0.2
    assert found.model.interval.labels == 120
    assert not found.model.interval.is_assumed


def test_the_same_labels_give_the_same_document() -> None:
    one, two = (fitted(interviews(60), RUBRIC, version="1").model for _ in range(2))
    assert one.sha256 == two.sha256


def test_a_replay_counts_what_would_change() -> None:
    golden = interviews(80)
    assert diff(golden, RUBRIC, RUBRIC).changed == 0
    found = diff(golden, RUBRIC, fitted(golden, RUBRIC, version="1").model)
    assert found.n == sum(map(sum, found.moves)) == 80
    assert 0 < found.changed <= 80
    assert diff([], RUBRIC, RUBRIC).mean_shift == 0


def test_a_competency_is_the_mean_of_its_answers_by_their_weights() -> None:
    low, high = {"structure": 0.0}, {"structure": 1.0}
    both = Rated("a", ((1.0, low), (3.0, high)))
    assert both.features() == {"structure": 0.75}
    assert both.score(RUBRIC) == pytest.approx(RUBRIC.score(low) / 4 + RUBRIC.score(high) * 3 / 4)


def test_a_stored_rating_without_features_teaches_nothing() -> None:
    assert read(NAMES, {}, []) is None  # type: ignore[arg-type]
    assert read(NAMES, {"answers": [{"weight": 0.0, "features": {}}]}, [3]) is None  # type: ignore[arg-type]


def test_a_model_that_only_counts_words_does_not_stand_the_attacks() -> None:
    found = attacked(replace(RUBRIC, curves=(Curve.line("length", 4.0),)), every=10)
    assert found.cases >= 20
    assert found.failures > 0
    assert found.families
