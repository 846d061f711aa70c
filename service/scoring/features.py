"""What is measured of an answer under one competency, each 0..1 and explained by key and numbers.

All are made of sets of what was said, so repeating any of it raises none of them. How concrete,
structured and long an answer is counts only as far as it is on the topic (`_topical`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.scoring import cues, text
from service.scoring.concepts import concepts
from service.scoring.ratings import Feature, Param
from service.scoring.reading import Reading
from service.scoring.rubric import Competency, QuestionSpec, Rubric

# Raw similarity at which a measure is full. Answers to a question of the same topic cover about
# .25 of its n-grams, answers to another one about .01 (grading data, see the facts of scoring).
FULL_QUESTION, FULL_ANCHOR, FULL_POINT = 0.45, 0.7, 0.6
ANCHOR_CURVE = 0.6  # an anchor is seldom said in its own words: the first shares count most
LENGTH_SCALE = {"en": 60.0, "zh": 90.0}  # steps at which length is worth 63 %
OFF_TOPIC_SHARE = 0.1  # what remains of concreteness, structure and length off the topic


@dataclass(frozen=True, slots=True)
class Scope:
    """What an answer is held against: question, competency, and n-gram weights of the rubric."""

    question: QuestionSpec
    competency: Competency
    weights: text.Weights

    @classmethod
    def of(cls, question: QuestionSpec, competency: Competency, *, rubric: Rubric) -> Scope:
        return cls(question, competency, text.Weights.of([question.text, *documents(rubric)]))


def documents(rubric: Rubric) -> list[str]:
    """The rubric's texts, over which n-grams are weighted."""
    return [part for competency in rubric.competencies for part in documents_of(competency)]


def documents_of(competency: Competency) -> tuple[str, ...]:
    """What a good answer may share with a competency: name, keywords, anchors 3 and 5."""
    return (competency.name, *competency.keywords, competency.anchor(3), competency.anchor(5))


def features(reading: Reading, scope: Scope) -> tuple[Feature, ...]:
    """All features of the answer, in the order in which they are shown."""
    question = question_relevance(reading, scope)
    anchors = anchor_relevance(reading, scope)
    points = rubric_coverage(reading, scope)
    topic = max(question.value, anchors.value, points.value)
    return (
        question,
        anchors,
        points,
        _topical(specificity(reading), topic),
        _topical(structure(reading), topic),
        _topical(length(reading), topic),
        repetition(reading),
    )


def question_relevance(reading: Reading, scope: Scope) -> Feature:
    """Shared n-grams and shared workplace concepts with the question."""
    asked = text.clean(scope.question.text)
    letters = text.coverage(text.grams(asked), reading.grams, scope.weights) / FULL_QUESTION
    ideas = _shared_concepts(concepts(asked), concepts(reading.clean))
    value = _unit(max(letters, ideas, 0.6 * letters + 0.6 * ideas))
    return _feature("question_relevance", value, wording=letters, ideas=ideas)


def anchor_relevance(reading: Reading, scope: Scope) -> Feature:
    """Nearness to the anchors: level 5 counts for, what only level 1 says counts against."""
    best, middle, least = (text.grams(text.clean(scope.competency.anchor(n))) for n in (5, 3, 1))
    up = _near(_without(best, least), reading, scope)
    half = _near(_without(middle, least), reading, scope)
    down = _near(_without(least, best), reading, scope)
    value = _unit(max(up, 0.6 * half) - 0.4 * down)
    return _feature("anchor_relevance", value, high=up, middle=half, low=down)


def rubric_coverage(reading: Reading, scope: Scope) -> Feature:
    """How many of the competency's points (see `rubric_points`) were touched."""
    points = rubric_points(scope.competency)
    said = concepts(reading.clean)
    each = [_touched(point, reading, said, scope.weights) for point in points]
    touched = sum(value >= 0.5 for value in each)
    # Nobody touches every point in one answer: half of them, and three at the least, are full.
    full = max(1.0, min(len(each), max(3.0, len(each) / 2)))
    value = _unit(math.fsum(each) / full)
    return _feature("rubric_coverage", value, touched=touched, points=len(points))


def specificity(reading: Reading) -> Feature:
    """Numbers, the speaker's own actions, and times that are named."""
    numbers = len(cues.matches(cues.NUMBERS, reading.clean))
    actions = len(cues.matches(cues.ACTIONS, reading.clean))
    times = len(cues.matches(cues.WHEN, reading.clean))
    strength = 0.35 * min(numbers, 4) + 0.35 * min(actions, 6) + 0.3 * min(times, 2)
    value = 1 - math.exp(-strength)
    return _feature("specificity", value, numbers=numbers, actions=actions, times=times)


def structure(reading: Reading) -> Feature:
    """Which of situation, task, action and result are told."""
    told = {
        name: int(pattern.search(reading.clean) is not None)
        for name, pattern in cues.STRUCTURE.items()
    }
    return _feature("structure", sum(told.values()) / len(told), **told)


def length(reading: Reading) -> Feature:
    """Saturating: the first sentences count most, and beyond about 150 words nothing is gained."""
    scale = LENGTH_SCALE.get(reading.language, LENGTH_SCALE["en"])
    return _feature("length", 1 - math.exp(-reading.units / scale), units=reading.units)


def repetition(reading: Reading) -> Feature:
    """Said again, or listed without grammar. Up to a fifth, as in ordinary speech, is free."""
    again = _unit((reading.repeated - 0.2) / 0.5)
    value = max(again, reading.listed)
    return _feature(
        "repetition",
        value,
        again=reading.repeated,
        listed=reading.listed,
        orders=reading.orders,
        echoes=reading.echoes,
    )


def rubric_points(competency: Competency) -> tuple[str, ...]:
    """The competency's keywords, or the clauses of its level 5 anchor where it has none."""
    if competency.keywords:
        return competency.keywords
    anchor = text.clean(competency.anchor(5))
    for mark in "，。；、;,.":
        anchor = anchor.replace(mark, "\n")
    return tuple(clause.strip() for clause in anchor.split("\n") if text.grams(clause))


def _topical(feature: Feature, topic: float) -> Feature:
    share = OFF_TOPIC_SHARE + (1 - OFF_TOPIC_SHARE) * min(1.0, topic / 0.6)
    params = (*feature.params, ("raw", round(feature.value, 4)), ("topic", round(topic, 4)))
    return Feature(feature.name, feature.value * share, feature.key, params)


def _shared_concepts(asked: Mapping[str, int], said: Mapping[str, int]) -> float:
    """Share of the asked concepts that the answer speaks of; two distinct words make one full."""
    if not asked:
        return 0.0
    hits = math.fsum(min(2, said.get(name, 0)) / 2 for name in asked)
    return hits / min(2, len(asked)) if hits < min(2, len(asked)) else 1.0


def _touched(point: str, reading: Reading, said: Mapping[str, int], weights: text.Weights) -> float:
    clean = text.clean(point)
    letters = text.coverage(text.grams(clean), reading.grams, weights) / FULL_POINT
    return _unit(max(letters, 0.7 * _shared_concepts(concepts(clean), said)))


def _near(reference: Mapping[str, int], reading: Reading, scope: Scope) -> float:
    share = text.coverage(reference, reading.grams, scope.weights)
    return _unit((share / FULL_ANCHOR) ** ANCHOR_CURVE)


def _without(these: Mapping[str, int], those: Iterable[str]) -> dict[str, int]:
    left = set(those)
    return {gram: n for gram, n in these.items() if gram not in left}


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _feature(name: str, value: float, **params: float) -> Feature:
    shown: tuple[Param, ...] = tuple(
        (key, v if isinstance(v, int) else round(v, 4)) for key, v in params.items()
    )
    return Feature(name, value, f"scoring.feature.{name}", shown)
