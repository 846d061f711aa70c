"""What is measured of an answer under one competency, each 0..1 and explained by key and numbers.

All are made of sets of what was said, so repeating any of it raises none of them. How concrete,
structured, broad, reasoned and long an answer is counts only as far as it is on the topic
(`_topical`). Where a sentence encoder was asked (`meaning`), the better of letters and meaning
counts: people answer rightly in words that nobody foresaw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from service.scoring import cues, text
from service.scoring.concepts import concepts
from service.scoring.meaning import UNASKED, Meaning, related
from service.scoring.ratings import Feature, Param
from service.scoring.reading import Reading
from service.scoring.rubric import Competency, QuestionSpec, Rubric
from service.scoring.score_model import MEASURED

# Raw similarity at which a measure is full. Answers to a question of the same topic cover about
# .25 of its n-grams, answers to another one about .01 (grading data, see the facts of scoring).
FULL_QUESTION, FULL_ANCHOR, FULL_POINT = 0.45, 0.7, 0.6
ANCHOR_CURVE = 0.6  # an anchor is seldom said in its own words: the first shares count most
LENGTH_SCALE = {"en": 60.0, "zh": 90.0}  # steps at which length is worth 63 %
BREADTH_SCALE = {"en": 30.0, "zh": 50.0}  # the same for distinct words of content
LONG_STEM = 5  # letters: shorter English stems name little
OFF_TOPIC_SHARE = 0.1  # what remains of concreteness, structure and length off the topic
FEW = 4  # words: a shorter answer is not all right because its few words are
# Words in context are alike to some degree whatever they are: below the first figure there is
# nothing in common, from the second on it is the same thing said.
STRANGE, SAME = 0.35, 0.85


@dataclass(frozen=True, slots=True)
class Scope:
    """What an answer is held against: question, competency, n-gram weights of the rubric, and
    what an encoder said of the answer's nearness to them."""

    question: QuestionSpec
    competency: Competency
    weights: text.Weights
    meaning: Meaning = UNASKED

    @classmethod
    def of(
        cls,
        question: QuestionSpec,
        competency: Competency,
        *,
        rubric: Rubric,
        meaning: Meaning = UNASKED,
    ) -> Scope:
        weights = text.Weights.of([question.text, *documents(rubric)])
        return cls(question, competency, weights, meaning)


def documents(rubric: Rubric) -> list[str]:
    """The rubric's texts, over which n-grams are weighted."""
    return [part for competency in rubric.competencies for part in documents_of(competency)]


def documents_of(competency: Competency) -> tuple[str, ...]:
    """What a good answer may share with a competency: name, keywords, anchors 3 and 5."""
    return (competency.name, *competency.keywords, competency.anchor(3), competency.anchor(5))


def features(reading: Reading, scope: Scope) -> tuple[Feature, ...]:
    """All features of the answer, in the order in which they are shown, to four decimals."""
    if scope.question.reference:
        return (*reference_features(reading, scope), repetition(reading))
    question = question_relevance(reading, scope)
    anchors = anchor_relevance(reading, scope)
    points = rubric_coverage(reading, scope)
    topic = max(question.value, anchors.value, points.value)
    if not any((scope.question.text, *documents_of(scope.competency))):
        topic = 1.0  # nothing was asked for, so nothing is beside the point
    told = (specificity, structure, length, breadth, reasoning)
    return (
        question,
        anchors,
        points,
        *(_topical(measure(reading), topic) for measure in told),
        repetition(reading),
    )


def question_relevance(reading: Reading, scope: Scope) -> Feature:
    """Shared n-grams, shared workplace concepts, and nearness in meaning with the question."""
    asked = text.clean(scope.question.text)
    letters = text.coverage(text.grams(asked), reading.grams, scope.weights) / FULL_QUESTION
    ideas = _shared_concepts(concepts(asked), concepts(reading.clean))
    sense = related(scope.meaning.question.best)
    value = max(letters, ideas, 0.6 * letters + 0.6 * ideas, sense)
    return _feature("question_relevance", value, wording=letters, ideas=ideas, meaning=sense)


def anchor_relevance(reading: Reading, scope: Scope) -> Feature:
    """Nearness to the anchors: level 5 counts for, what only level 1 says counts against."""
    best, middle, least = (text.grams(text.clean(scope.competency.anchor(n))) for n in (5, 3, 1))
    own = ({g: n for g, n in a.items() if g not in b}
           for a, b in ((best, least), (middle, least), (least, best)))  # fmt: skip
    senses = [related(near.best) for near in scope.meaning.anchors]
    up, half, down = (
        max(_near(grams, reading, scope), sense) for grams, sense in zip(own, senses, strict=True)
    )
    value = max(up, 0.6 * half) - 0.4 * down
    return _feature("anchor_relevance", value, high=up, middle=half, low=down)


def rubric_coverage(reading: Reading, scope: Scope) -> Feature:
    """How many of the competency's points (`Competency.points`) were touched."""
    points = scope.competency.points
    said = concepts(reading.clean)
    senses = [related(near.best) for near in scope.meaning.points]
    each = [
        max(_touched(point, reading, said, scope.weights), senses[i] if i < len(senses) else 0.0)
        for i, point in enumerate(points)
    ]
    touched = sum(value >= 0.5 for value in each)
    # Nobody touches every point in one answer: half of them, and three at the least, are full.
    full = max(1.0, min(len(each), max(3.0, len(each) / 2)))
    return _feature("rubric_coverage", math.fsum(each) / full, touched=touched, points=len(points))


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
    return _feature(
        "length",
        1 - math.exp(-reading.told_units / scale),
        units=reading.units,
        told=reading.told_units,
    )


def breadth(reading: Reading) -> Feature:
    """How many different words of content; short English stems ("get", "lot") name little."""
    scale = BREADTH_SCALE.get(reading.language, BREADTH_SCALE["en"])
    own = sum(len(w) >= LONG_STEM or not w.isascii() for w in text.content(reading.told))
    return _feature("breadth", 1 - math.exp(-own / scale), words=own)


def reasoning(reading: Reading) -> Feature:
    """Different words that join thoughts: because, however, for example; six are full."""
    joints = len(cues.matches(cues.REASONS, reading.clean))
    return _feature("reasoning", min(6, joints) / 6, joints=joints)


def repetition(reading: Reading) -> Feature:
    """Said again, or listed without grammar. Up to a fifth, as in ordinary speech, is free."""
    again = _unit((reading.repeated - 0.2) / 0.5)
    return _feature(
        "repetition",
        max(again, reading.listed),
        again=reading.repeated,
        listed=reading.listed,
        orders=reading.orders,
        echoes=reading.echoes,
    )


def reference_features(reading: Reading, scope: Scope) -> tuple[Feature, ...]:
    """How much of a model answer was given; what the question says itself counts for little."""
    wanted, asked = text.clean(scope.question.reference), text.clean(scope.question.text)
    own = {g: n for g, n in text.grams(wanted).items() if g not in text.grams(asked)}
    own = own or text.grams(wanted)
    given = [g for g in reading.grams if g not in text.grams(asked)]
    letters = sum(g in reading.grams for g in own) / max(1, len(own))
    to_the_point = sum(g in own for g in given) / max(1, len(given))
    near, is_known = scope.meaning.reference, scope.meaning.is_known
    share = len(text.content(reading.clean)) / max(1, len(text.content(wanted)))
    mine, theirs = (frozenset([*text.words(t), *text.han(t)]) for t in (reading.clean, wanted))
    common = len(mine & theirs) / max(FEW, min(len(mine), len(theirs)))
    return (
        _feature("reference_points", _same(near.found) if is_known else letters, near=near.found),
        _feature("reference_words", letters, shared=sum(g in reading.grams for g in own)),
        _feature("reference_meaning", near.apart if is_known else letters, whole=near.whole),
        _feature("reference_fit", _same(near.fitting) if is_known else to_the_point,
                 wording=to_the_point),
        _feature("reference_overlap", common, words=len(mine & theirs)),
        _feature("reference_share", share, share=share, units=reading.units),
    )  # fmt: skip


def _topical(feature: Feature, topic: float) -> Feature:
    share = OFF_TOPIC_SHARE + (1 - OFF_TOPIC_SHARE) * min(1.0, topic / 0.6)
    params = (*feature.params, ("raw", feature.value), ("topic", round(topic, MEASURED)))
    return Feature(feature.name, round(feature.value * share, MEASURED), feature.key, params)


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


def _same(nearness: float) -> float:
    return _unit((nearness - STRANGE) / (SAME - STRANGE))


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _feature(name: str, value: float, **params: float) -> Feature:
    shown: tuple[Param, ...] = tuple(
        (key, v if isinstance(v, int) else round(v, MEASURED)) for key, v in params.items()
    )
    return Feature(name, round(_unit(value), MEASURED), f"scoring.feature.{name}", shown)
