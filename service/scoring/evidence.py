"""Verbatim quotes with times: the sentences that carried the features."""

from __future__ import annotations

import math
import re

from service.scoring import cues, text
from service.scoring.concepts import concepts
from service.scoring.features import Scope, documents_of
from service.scoring.ratings import Evidence
from service.scoring.reading import Reading, Sentence
from service.scoring.rubric import AnswerUtterance

MIN_RELEVANCE = 0.05  # of the question's and competency's n-grams; a shared concept adds as much
_SOUGHT: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = (
    ("question_relevance", ()),
    ("specificity", (cues.NUMBERS, cues.ACTIONS)),
    ("structure", (cues.STRUCTURE["result"],)),
)


def evidence(reading: Reading, scope: Scope) -> tuple[Evidence, ...]:
    """At most one quote for each of relevance, specificity and result; () is "no evidence"."""
    wanted = "\n".join((scope.question.text, *documents_of(scope.competency)))
    asked, ideas = text.grams(text.clean(wanted)), concepts(text.clean(wanted))
    worth = [_relevance(s, asked, ideas, weights=scope.weights) for s in reading.sentences]
    left = [i for i, value in enumerate(worth) if value >= MIN_RELEVANCE]
    found: list[Evidence] = []
    for feature, patterns in _SOUGHT:
        bonus = {i: _count(reading.sentences[i], patterns) for i in left}
        fit = [i for i in left if bonus[i] or not patterns]
        if fit:
            best = max(fit, key=lambda i: (worth[i] + 0.1 * bonus[i], -i))
            said = reading.sentences[best].clean
            left = [i for i in left if reading.sentences[i].clean != said]
            found.append(_quote(reading.sentences[best], feature))
    return tuple(found)


def _relevance(
    sentence: Sentence,
    asked: dict[str, int],
    ideas: dict[str, int],
    *,
    weights: text.Weights,
) -> float:
    shared = sum(name in ideas for name in concepts(sentence.clean))
    return text.coverage(asked, sentence.grams, weights) + MIN_RELEVANCE * shared


def _count(sentence: Sentence, patterns: tuple[re.Pattern[str], ...]) -> int:
    return sum(len(cues.matches(pattern, sentence.clean)) for pattern in patterns)


def _quote(sentence: Sentence, feature: str) -> Evidence:
    utterance = sentence.utterance
    start, end = spoken(utterance, sentence.start, sentence.end)
    return Evidence(
        utterance.id, utterance.text[sentence.start : sentence.end], start, end, feature
    )


def spoken(utterance: AnswerUtterance, start: int, end: int) -> tuple[float, float]:
    """When text[start:end] was said: from the words in it, else the whole utterance's times."""
    low, high = min(utterance.start, utterance.end), max(utterance.start, utterance.end)
    first, last = high, low
    cursor = 0
    for word in utterance.words:
        at = utterance.text.find(word.text, cursor, cursor + 200 + len(word.text))
        if at < 0 or not word.text:
            continue
        cursor = at + len(word.text)
        if at < end and cursor > start and math.isfinite(word.start + word.end):
            first, last = min(first, word.start), max(last, word.end)
    if first >= last:
        return low, high
    return max(low, first), min(high, last)
