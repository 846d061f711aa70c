"""The published score maps that this version of the scorer can have rated with."""

from __future__ import annotations

from service.scoring.digest import Json
from service.scoring.priors import OPEN, REFERENCE, RUBRIC
from service.scoring.score_model import document


def score_maps() -> list[Json]:
    """Documents of `service.scoring.score_model`, each with its sha256."""
    return [document(model) for model in (RUBRIC, OPEN, REFERENCE)]
