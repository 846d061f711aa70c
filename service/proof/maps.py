"""The published score maps that this version of the scorer can have rated with."""

from __future__ import annotations

from service.scoring.digest import Json
from service.scoring.rater import (
    BASE_HALF,
    FALLBACK_HALF,
    INTERCEPT,
    SHORT_HALF,
    UNSURE_HALF,
    WEIGHTS,
)
from service.scoring.ratings import SCORER_ID, SCORER_VERSION
from service.scoring.score_model import Curve, Interval, ScoreModel, document


def score_maps() -> list[Json]:
    """Documents of `service.scoring.score_model`, each with its sha256."""
    curves = tuple(Curve.line(name, weight) for name, weight in WEIGHTS.items())
    interval = Interval(BASE_HALF, BASE_HALF, UNSURE_HALF, UNSURE_HALF, SHORT_HALF, FALLBACK_HALF)
    lexical = ScoreModel(SCORER_ID, SCORER_VERSION, INTERCEPT, curves, interval)
    return [document(lexical)]
