"""The score model: arithmetic that anybody can repeat, and a document that tells of any change."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.scoring.digest import Json, canonical
from service.scoring.score_model import (
    Curve,
    Doubt,
    Interval,
    ScoreModel,
    UnusableModel,
    document,
    parse,
    total,
)

WIDTHS = Interval(0.8, 0.7, 1.0, 2.0, 0.6, 0.4)
MODEL = ScoreModel(
    id="tests",
    version="1",
    intercept=1.0,
    curves=(
        Curve("specificity", (0.2, 0.4, 0.8), (0.0, 1.0, 2.5)),
        Curve.line("structure", 1.5),
        Curve("repetition", (0.0, 1.0), (0.0, -1.0)),
    ),
    interval=WIDTHS,
)
values = st.floats(0, 1, allow_nan=False)
measured = st.fixed_dictionaries(
    dict.fromkeys(("specificity", "structure", "repetition", "unknown"), values)
)


def by_hand(document: dict[str, Json], features: dict[str, float]) -> float:
    """The recipe of the module, written again with nothing of ours."""
    body = json.loads(json.dumps(document))
    found = round(body["intercept"], 6)
    for curve in body["curves"]:
        x = round(features.get(curve["feature"], 0.0), 4)
        points = list(zip(curve["knots"], curve["heights"], strict=True))
        height = points[0][1] if x <= points[0][0] else points[-1][1]
        for (a, low), (b, high) in pairwise(points):
            if a < x <= b:
                height = low + (x - a) / (b - a) * (high - low)
        found += round(height, 6)
    return round(min(5.0, max(1.0, round(found, 6))), 6)


@given(measured)
def test_a_score_can_be_recomputed_from_the_document(features: dict[str, float]) -> None:
    assert MODEL.score(features) == pytest.approx(by_hand(document(MODEL), features), abs=1.5e-6)


@given(measured)
def test_parts_add_up_to_a_score_from_one_to_five(features: dict[str, float]) -> None:
    parts = MODEL.parts(features)
    assert total(parts) == pytest.approx(MODEL.score(features), abs=1e-6)
    assert 1.0 <= total(parts) <= 5.0


@given(measured, st.sampled_from(["specificity", "structure"]), values)
def test_more_of_a_good_feature_never_lowers_the_score(
    features: dict[str, float], name: str, more: float
) -> None:
    raised = features | {name: max(features[name], more)}
    assert MODEL.score(raised) >= MODEL.score(features)


def test_a_sum_out_of_bounds_is_brought_back_by_a_part_that_says_so() -> None:
    low = MODEL.parts({"repetition": 1.0})
    assert (low[-1].feature, total(low)) == ("floor", 1.0)
    tall = ScoreModel("t", "1", 3.0, (Curve.line("structure", 4.0),), WIDTHS)
    high = tall.parts({"structure": 1.0})
    assert (high[-1].feature, high[-1].contribution, total(high)) == ("ceiling", -2.0, 5.0)


@pytest.mark.parametrize(("score", "level"), [(1.0, 1), (1.499999, 1), (1.5, 2), (4.5, 5)])
def test_a_level_begins_at_its_threshold(score: float, level: int) -> None:
    assert MODEL.level(score) == level


def test_every_doubt_widens_the_interval_within_the_scale() -> None:
    sure = MODEL.bounds(3.0, Doubt())
    assert sure == (2.2, 3.7)
    for doubt in (Doubt(confidence=0.7), Doubt(units=20), Doubt(fallback=0.5)):
        low, high = MODEL.bounds(3.0, doubt)
        assert low < sure[0]
        assert high > sure[1]
    assert MODEL.bounds(3.0, Doubt(confidence=0.0, units=0, fallback=1.0)) == (1.0, 5.0)
    assert WIDTHS.is_assumed


def test_a_document_comes_back_as_the_same_model() -> None:
    sent = json.loads(canonical(document(MODEL)))
    assert parse(sent) == MODEL
    assert sent["sha256"] == MODEL.sha256 != MODEL.named("2").sha256


def change(key: str, value: Json) -> Callable[[dict[str, Json]], None]:
    return lambda found: found.__setitem__(key, value)


@pytest.mark.parametrize(
    "spoil",
    [
        change("format", "candor-score-model/2"),
        change("intercept", 1.1),
        change("thresholds", [1.5, 2.5, 3.5, 4.0]),
        change("interval", {}),
        change("curves", [{"feature": "x"}]),
        change("curves", "none"),
        change("trained_on", "others"),
    ],
)
def test_a_changed_document_is_refused(spoil: Callable[[dict[str, Json]], None]) -> None:
    found = json.loads(canonical(document(MODEL)))
    spoil(found)
    with pytest.raises(UnusableModel):
        parse(found)


@pytest.mark.parametrize(
    ("knots", "heights"),
    [
        ((0.0,), (0.0,)),
        ((0.0, 1.0), (0.0,)),
        ((0.5, 0.5), (0.0, 1.0)),
        ((0.0, 0.5, 1.0), (0.0, 1.0, 0.5)),
        ((0.0, 1.0), (0.0, math.nan)),
    ],
)
def test_a_curve_that_turns_back_or_is_broken_is_refused(
    knots: tuple[float, ...], heights: tuple[float, ...]
) -> None:
    with pytest.raises(UnusableModel):
        Curve("x", knots, heights)
