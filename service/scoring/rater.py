"""Features -> contributions -> level, by one published table of weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from service.scoring.digest import digest
from service.scoring.evidence import evidence
from service.scoring.features import Scope, features
from service.scoring.ratings import (
    Abstention,
    AnswerRating,
    CompetencyRating,
    Contribution,
    Evidence,
    Feature,
)
from service.scoring.reading import Reading, read
from service.scoring.rubric import Answer, Competency, Rubric
from service.scoring.text import script

LOWEST, HIGHEST = 1.0, 5.0
INTERCEPT = LOWEST
# What each feature adds to the score when it is full; those above 0 add up to HIGHEST - LOWEST.
WEIGHTS: dict[str, float] = {
    "question_relevance": 0.7,
    "anchor_relevance": 0.6,
    "rubric_coverage": 0.5,
    "specificity": 0.9,
    "structure": 0.8,
    "length": 0.5,
    "repetition": -1.0,
}

MIN_UNITS = {"en": 8, "zh": 12}  # words, characters: below, nothing is rated
# Of 8 clips each that the fallback heard, .45 keeps 6 by native and 4 by Chinese speakers.
MIN_CONFIDENCE, MIN_FALLBACK_CONFIDENCE = 0.4, 0.45
MAX_UNTRANSCRIBED = 0.5  # share of the speaking time without text
# Half the interval: what even a perfect transcript leaves open, and what each doubt adds.
BASE_HALF, UNSURE_HALF, SHORT_HALF, FALLBACK_HALF = 0.5, 1.0, 0.6, 0.4
FULL_WEIGHT_UNITS = 60.0  # an answer of this length counts fully for its competency
MAX_EVIDENCE = 5


def contributions(found: Sequence[Feature]) -> tuple[Contribution, ...]:
    """Weight x value of each feature, after the intercept. Their sum lies in 1..5.

    Where it would fall below 1, a last contribution "floor" makes up the difference.
    """
    parts = [_contribution("intercept", 1.0, INTERCEPT)]
    for feature in found:
        weight = WEIGHTS[feature.name]
        amount = weight * feature.value
        parts.append(
            Contribution(feature.name, feature.value, weight, amount, feature.key, feature.params)
        )
    missing = LOWEST - total(parts)
    if missing > 0:
        parts.append(_contribution("floor", 1.0, missing))
    return tuple(parts)


def total(parts: Sequence[Contribution]) -> float:
    """The score that contributions add up to."""
    return math.fsum(part.contribution for part in parts)


def level_of(score: float) -> int:
    """The nearest level 1..5; halves go up."""
    return min(5, max(1, math.floor(score + 0.5)))


def rate_answer(answer: Answer, competency: Competency, *, rubric: Rubric) -> AnswerRating:
    """Rate one answer under one competency, or abstain with a reason. Takes any text."""
    reading = read(answer)
    reason = abstention(reading, answer)
    if reason is not None:
        return _abstain(answer, competency, reason)
    scope = Scope.of(answer.question, competency, rubric=rubric)
    parts = contributions(features(reading, scope))
    score = min(HIGHEST, max(LOWEST, total(parts)))
    half = half_width(reading)
    return AnswerRating(
        question_id=answer.question.id,
        competency_id=competency.id,
        level=level_of(score),
        score=score,
        low=max(LOWEST, score - half),
        high=min(HIGHEST, score + half),
        weight=min(1.0, reading.units / FULL_WEIGHT_UNITS) * max(0.1, reading.confidence),
        contributions=parts,
        evidence=evidence(reading, scope),
        abstained=None,
    )


def rate_session(answers: Sequence[Answer], rubric: Rubric) -> tuple[CompetencyRating, ...]:
    """One rating per competency of the rubric, over the answers to questions that ask after it."""
    return tuple(_rate_competency(answers, c, rubric=rubric) for c in rubric.competencies)


def overall(ratings: Sequence[CompetencyRating], rubric: Rubric) -> float | None:
    """Mean score by the rubric's weights over the competencies rated; None if none was."""
    rated = [(rubric.weight(r.competency_id), r.score) for r in ratings if r.score is not None]
    if not rated:
        return None
    return math.fsum(w * s for w, s in rated) / math.fsum(w for w, _ in rated)


def abstention(reading: Reading, answer: Answer) -> Abstention | None:
    """Why this answer cannot be rated, or None."""
    if not answer.utterances:
        return Abstention.NO_ANSWER
    if reading.untranscribed > MAX_UNTRANSCRIBED:
        return Abstention.WAITING
    expected = script(answer.question.text) or "en"
    if reading.language and reading.language != expected:
        return Abstention.OTHER_LANGUAGE
    if reading.fallback > 0.5 and reading.confidence < MIN_FALLBACK_CONFIDENCE:
        return Abstention.FALLBACK
    if reading.confidence < MIN_CONFIDENCE:
        return Abstention.UNSURE
    if reading.units < MIN_UNITS.get(expected, MIN_UNITS["en"]):
        return Abstention.TOO_SHORT
    return None


def half_width(reading: Reading) -> float:
    """Half the interval: wider for unsure words, few words and a fallback transcript."""
    return (
        BASE_HALF
        + UNSURE_HALF * (1 - reading.confidence)
        + SHORT_HALF * math.exp(-reading.units / 40)
        + FALLBACK_HALF * reading.fallback
    )


def _rate_competency(
    answers: Sequence[Answer], competency: Competency, *, rubric: Rubric
) -> CompetencyRating:
    asked = [a for a in answers if a.question.asks_after(competency.id)]
    each = tuple(rate_answer(answer, competency, rubric=rubric) for answer in asked)
    rated = [rating for rating in each if rating.score is not None]
    parts = _pooled(rated)
    score = min(HIGHEST, max(LOWEST, total(parts))) if rated else None
    low, high = _interval(rated, score)
    return CompetencyRating(
        competency_id=competency.id,
        rubric_version=rubric.version,
        level=None if score is None else level_of(score),
        score=score,
        low=low,
        high=high,
        contributions=parts,
        evidence=_best_evidence(rated),
        answers=each,
        abstained=None if rated else _common_reason(each),
        input_digest=digest(asked, competency, rubric=rubric),
    )


def _pooled(rated: Sequence[AnswerRating]) -> tuple[Contribution, ...]:
    """The answers' contributions averaged by their weights, in the order of the table."""
    whole = math.fsum(rating.weight for rating in rated)
    pooled = []
    for name in ("intercept", *WEIGHTS, "floor"):
        found = [(r.weight / whole, p) for r in rated for p in r.contributions if p.feature == name]
        if found:
            amount = math.fsum(share * part.contribution for share, part in found)
            weight = WEIGHTS.get(name, amount)
            value = amount / weight if weight else 0.0
            key = found[0][1].key
            pooled.append(
                Contribution(name, value, weight, amount, key, (("answers", len(found)),))
            )
    return tuple(pooled)


def _interval(rated: Sequence[AnswerRating], score: float | None) -> tuple[float, float]:
    """The answers' mean bounds, narrowed as answers add up but never inside BASE_HALF."""
    if score is None:
        return LOWEST, HIGHEST
    whole = math.fsum(rating.weight for rating in rated)
    squares = math.fsum(rating.weight**2 for rating in rated)
    narrowing = math.sqrt(squares) / whole  # 1 for one answer, 1/sqrt(n) for n equal ones
    below = math.fsum(r.weight * ((r.score or 0.0) - r.low) for r in rated) / whole
    above = math.fsum(r.weight * (r.high - (r.score or 0.0)) for r in rated) / whole
    low = score - max(BASE_HALF, below * narrowing)
    high = score + max(BASE_HALF, above * narrowing)
    return max(LOWEST, low), min(HIGHEST, high)


def _best_evidence(rated: Sequence[AnswerRating]) -> tuple[Evidence, ...]:
    """The quotes of the answers that count most, each utterance passage once."""
    ranked = sorted(rated, key=lambda rating: -rating.weight * (rating.score or 0.0))
    return tuple(dict.fromkeys(e for rating in ranked for e in rating.evidence))[:MAX_EVIDENCE]


def _common_reason(each: Sequence[AnswerRating]) -> Abstention:
    reasons = [rating.abstained for rating in each if rating.abstained is not None]
    if not reasons:
        return Abstention.NO_ANSWER
    count: Callable[[Abstention], int] = reasons.count
    return max(reasons, key=count)


def _abstain(answer: Answer, competency: Competency, reason: Abstention) -> AnswerRating:
    return AnswerRating(
        answer.question.id, competency.id, None, None, LOWEST, HIGHEST, 0.0, (), (), reason
    )


def _contribution(name: str, value: float, weight: float) -> Contribution:
    return Contribution(name, value, weight, weight * value, f"scoring.feature.{name}")
