"""Features -> contributions -> level, by a published score model (`service.scoring.score_model`).

Which model: the one that people's ratings were fitted to, where there is one for the competency;
else a published prior by what there is to hold an answer against (`service.scoring.priors`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.scoring import meaning, priors
from service.scoring.delivery import delivery
from service.scoring.digest import digest
from service.scoring.evidence import evidence
from service.scoring.features import Scope, features
from service.scoring.meaning import Meaning, Meanings
from service.scoring.ratings import (
    Abstention,
    AnswerRating,
    Basis,
    CompetencyRating,
    Contribution,
    Evidence,
    Feature,
)
from service.scoring.reading import Reading, read
from service.scoring.rubric import Answer, Competency, QuestionSpec, Rubric
from service.scoring.score_model import (
    CEILING,
    FLOOR,
    HIGHEST,
    INTERCEPT,
    LOWEST,
    MEASURED,
    SCORED,
    Doubt,
    Part,
    ScoreModel,
)
from service.scoring.text import script

MIN_UNITS = {"en": 8, "zh": 12}  # words, characters: below, nothing is rated
# Of 8 clips each that the fallback heard, .45 keeps 6 by native and 4 by Chinese speakers.
MIN_CONFIDENCE, MIN_FALLBACK_CONFIDENCE = 0.4, 0.45
MAX_UNTRANSCRIBED = 0.5  # share of the speaking time without text
FULL_WEIGHT_UNITS = 60.0  # an answer of this length counts fully for its competency
MAX_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Means:
    """What a rating may rest on beside answers and rubric.

    `models`: fitted score models by competency id. `meanings`: what a sentence encoder said of
    each answer under each competency; without, letters must do.
    """

    models: Mapping[str, ScoreModel] = field(default_factory=dict)
    meanings: Meanings = field(default_factory=dict)

    def model(self, question: QuestionSpec, competency: Competency) -> ScoreModel:
        """The score model for an answer to this question."""
        if question.reference:
            return priors.REFERENCE
        prior = priors.RUBRIC if competency.points else priors.OPEN
        return self.models.get(competency.id, prior)

    def meaning(self, question: QuestionSpec, competency: Competency) -> Meaning:
        """The encoder's word on the answer to this question."""
        compared = self.meanings.get((question.id, competency.id))
        return Meaning.of(compared, meaning.sought(question, competency))


LETTERS = Means()


def contributions(found: Sequence[Feature], model: ScoreModel) -> tuple[Contribution, ...]:
    """The model's parts with their explanations. Their sum is the score, 1..5."""
    known = {feature.name: feature for feature in found}
    parts = model.parts({feature.name: feature.value for feature in found})
    return tuple(_contribution(part, known.get(part.feature)) for part in parts)


def total(parts: Sequence[Contribution]) -> float:
    """The score that contributions add up to, six decimals."""
    return round(math.fsum(part.contribution for part in parts), SCORED)


def level_of(score: float) -> int:
    """The nearest level 1..5; halves go up."""
    return min(5, max(1, math.floor(score + 0.5)))


def rate_answer(
    answer: Answer, competency: Competency, *, rubric: Rubric, means: Means = LETTERS
) -> AnswerRating:
    """Rate one answer under one competency, or abstain with a reason. Takes any text."""
    reading = read(answer, (competency,))
    reason = abstention(reading, answer)
    if reason is not None:
        return _abstain(answer, competency, reason)
    model = means.model(answer.question, competency)
    known = means.meaning(answer.question, competency)
    scope = Scope.of(answer.question, competency, rubric=rubric, meaning=known)
    found = features(reading, scope)
    parts = contributions(found, model)
    score = total(parts)
    low, high = model.bounds(score, Doubt(reading.confidence, reading.units, reading.fallback))
    return AnswerRating(
        question_id=answer.question.id,
        competency_id=competency.id,
        level=model.level(score),
        score=score,
        low=low,
        high=high,
        weight=min(1.0, reading.units / FULL_WEIGHT_UNITS) * max(0.1, reading.confidence),
        contributions=(*parts, *delivery(answer)),
        evidence=evidence(reading, scope),
        abstained=None,
        features=tuple((each.name, each.value) for each in found),
        basis=_basis(model),
        meaning=means.meanings.get((answer.question.id, competency.id)),
    )


def rate_session(
    answers: Sequence[Answer], rubric: Rubric, means: Means = LETTERS
) -> tuple[CompetencyRating, ...]:
    """One rating per competency of the rubric, over the answers to questions that ask after it."""
    return tuple(
        _rate_competency(answers, competency, rubric=rubric, means=means)
        for competency in rubric.competencies
    )


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
    least = MIN_UNITS.get(expected, MIN_UNITS["en"])
    if reading.units < (1 if answer.question.reference else least):  # "TCP" may be all of it
        return Abstention.TOO_SHORT
    return None


def _rate_competency(
    answers: Sequence[Answer], competency: Competency, *, rubric: Rubric, means: Means
) -> CompetencyRating:
    asked = [a for a in answers if a.question.asks_after(competency.id)]
    each = tuple(rate_answer(a, competency, rubric=rubric, means=means) for a in asked)
    rated = [rating for rating in each if rating.score is not None]
    parts = _pooled(rated)
    score = total(parts) if rated else None
    low, high = _interval(rated, score)
    return CompetencyRating(
        competency_id=competency.id,
        rubric_version=rubric.version,
        level=None if score is None else means.model(asked[0].question, competency).level(score),
        score=score,
        low=low,
        high=high,
        contributions=parts,
        evidence=_best_evidence(rated),
        answers=each,
        abstained=None if rated else _common_reason(each),
        input_digest=digest(
            asked, competency, rubric=rubric, beside=_beside(each, competency, means)
        ),
        basis=rated[0].basis if rated else None,
    )


def _pooled(rated: Sequence[AnswerRating]) -> tuple[Contribution, ...]:
    """The answers' contributions averaged by their weights, in the order in which they are shown.

    Delivery stays with the answers.
    """
    whole = math.fsum(rating.weight for rating in rated)
    shares = [(r.weight / whole, p) for r in rated for p in r.contributions if p.weight]
    names = dict.fromkeys(part.feature for _, part in shares)
    last = [name for name in (FLOOR, CEILING) if name in names]
    pooled = []
    for name in [*(n for n in names if n not in last), *last]:
        found = [(share, part) for share, part in shares if part.feature == name]
        amount = round(math.fsum(share * part.contribution for share, part in found), SCORED)
        weight = max((part.weight for _, part in found), key=abs)
        if name in {INTERCEPT, FLOOR, CEILING}:
            weight = amount
        value = amount / weight if weight else 0.0
        count = (("answers", len(found)),)
        pooled.append(Contribution(name, value, weight, amount, found[0][1].key, count))
    return _squared(pooled, math.fsum(r.weight / whole * (r.score or 0.0) for r in rated))


def _squared(pooled: Sequence[Contribution], mean: float) -> tuple[Contribution, ...]:
    """The intercept takes up what rounding left."""
    if not pooled:
        return ()
    first, *rest = pooled
    amount = round(first.contribution + round(mean, SCORED) - total(pooled), SCORED)
    return (replace(first, weight=amount, contribution=amount), *rest)


def _interval(rated: Sequence[AnswerRating], score: float | None) -> tuple[float, float]:
    """The answers' mean bounds by weight. Not narrowed as answers add up: what the score misses
    of a speaker it misses in each of their answers."""
    if score is None:
        return LOWEST, HIGHEST
    whole = math.fsum(rating.weight for rating in rated)
    low = math.fsum(r.weight * r.low for r in rated) / whole
    high = math.fsum(r.weight * r.high for r in rated) / whole
    return round(min(low, score), SCORED), round(max(high, score), SCORED)


def _basis(model: ScoreModel) -> Basis:
    return Basis(model.id, model.version, model.sha256, model.interval.is_assumed)


def _beside(each: Sequence[AnswerRating], competency: Competency, means: Means) -> object:
    """What a rating rests on beside its input: sha256 of a fitted model, the encoder's figures.

    None where it rests on the published models and letters alone.
    """
    fitted = means.models.get(competency.id)
    meanings = [rating.meaning for rating in each]
    if fitted is None and not any(meanings):
        return None
    return [fitted.sha256 if fitted else "", meanings]


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


def _contribution(part: Part, feature: Feature | None) -> Contribution:
    """Contribution = weight x value: the weight is all that the feature can add."""
    value = part.contribution / part.reach if part.reach else 0.0
    params = (*(feature.params if feature else ()), ("measured", round(part.value, MEASURED)))
    key = feature.key if feature else f"scoring.feature.{part.feature}"
    return Contribution(part.feature, value, part.reach, part.contribution, key, params)
