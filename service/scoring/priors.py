"""The published score models that serve until people's ratings say otherwise.

Their weights are a judgement, not a measurement: written down here, changed only with a version.
What each feature adds when it is full adds up to four levels, so that a full answer reaches 5.
"""

from __future__ import annotations

from service.scoring.score_model import LOWEST, Curve, Interval, ScoreModel

VERSION = "2.1.0"
# Nobody has rated answers to a new rubric: the width is an assumption and is shown as one. On the
# public sets of `benchmarks/scoring.py` nine of ten ratings lie within .9 to 1.8 levels.
ASSUMED = Interval(below=1.2, above=1.2, doubt_below=1.2, doubt_above=1.8, short=0.6, fallback=0.4)

_RUBRIC = {
    "question_relevance": 0.5,
    "anchor_relevance": 0.4,
    "rubric_coverage": 0.4,
    "specificity": 1.1,
    "structure": 0.9,
    "length": 0.4,
    "breadth": 0.1,
    "reasoning": 0.2,
    "repetition": -1.0,
}
# Without anchors and keywords there is only the question, and how it was answered. Overall ratings
# of such interviews hardly followed numbers, actions and order (r = .01 in 68 of them), so these
# weigh less than where a rubric asks for them.
_OPEN = {
    "question_relevance": 0.7,
    "specificity": 0.3,
    "structure": 0.3,
    "length": 1.0,
    "breadth": 1.2,
    "reasoning": 0.5,
    "repetition": -1.0,
}
# A question of knowledge, with a model answer.
_REFERENCE = {
    "reference_points": 1.3,
    "reference_words": 1.1,
    "reference_meaning": 0.5,
    "reference_fit": 0.4,
    "reference_overlap": 0.4,
    "reference_share": 0.3,
    "repetition": -0.5,
}


def _prior(name: str, weights: dict[str, float]) -> ScoreModel:
    curves = tuple(Curve.line(feature, weight) for feature, weight in weights.items())
    return ScoreModel(f"candor-{name}", VERSION, LOWEST, curves, ASSUMED)


RUBRIC = _prior("rubric", _RUBRIC)
OPEN = _prior("open", _OPEN)
REFERENCE = _prior("reference", _REFERENCE)
