"""An answer as the features see it: sentences with their origin, orders and echoes set aside."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from service.scoring import text
from service.scoring.asides import Wanted, is_beside, is_idle, recites
from service.scoring.cues import speaks_to_the_rater
from service.scoring.rubric import Answer, AnswerUtterance, Competency

ECHO = 0.85  # of a sentence's n-grams are the question's: it is being read back
MIN_LIST = 25  # words and characters; a shorter list may well be what was asked for
MIN_CONTENT = 0.15  # content without this share of grammar words is a list of keywords
UNKNOWN_CONFIDENCE = 0.6  # of text that came without words


@dataclass(frozen=True, slots=True)
class Sentence:
    """text[start:end] of an utterance, raw for quoting and cleaned for measuring."""

    utterance: AnswerUtterance
    start: int
    end: int
    clean: str
    grams: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of an answer.

    `units` counts distinct three-token steps within sentences (a token is an English word or a
    Chinese character), which is the length, except that repetition cannot raise it. `repeated`,
    `listed` are shares 0..1: said before; keywords without grammar. `orders` sentences spoke to
    the rater and `echoes` read the question back.
    """

    sentences: tuple[Sentence, ...]
    clean: str
    grams: Mapping[str, int]
    language: str
    units: int
    told: str
    told_units: int
    repeated: float
    listed: float
    orders: int
    echoes: int
    confidence: float
    fallback: float
    untranscribed: float  # share of the speaking time that has no text


def read(answer: Answer, competencies: Sequence[Competency] = ()) -> Reading:
    """Analyse an answer. Takes any text; at most `text.MAX_CHARS` of it are read."""
    asked = text.grams(text.clean(answer.question.text))
    wanted = Wanted.of(answer.question, competencies)
    kept: list[Sentence] = []
    orders = echoes = 0
    for sentence in _sentences(answer):
        if speaks_to_the_rater(sentence.clean) or is_beside(sentence.clean):
            orders += 1
        elif _is_echo(sentence.grams, asked) or recites(sentence.clean, sentence.grams, wanted):
            echoes += 1
        else:
            kept.append(sentence)
    clean = "\n".join(sentence.clean for sentence in kept)
    steps = [step for sentence in kept for step in _steps(sentence.clean)]
    units = len(dict.fromkeys(steps))
    telling = [s.clean for s in kept if not is_idle(s.clean, s.grams, wanted)]
    return Reading(
        sentences=tuple(kept),
        clean=clean,
        grams=text.grams(clean),
        language=_language(answer),
        units=units,
        told="\n".join(telling),
        told_units=len(dict.fromkeys(step for said in telling for step in _steps(said))),
        repeated=1 - units / len(steps) if steps else 0.0,
        listed=_listed(clean),
        orders=orders,
        echoes=echoes,
        confidence=_confidence(answer),
        fallback=_share(answer, lambda u: u.is_fallback and bool(u.text.strip())),
        untranscribed=_share(answer, lambda u: not u.text.strip()),
    )


def _sentences(answer: Answer) -> list[Sentence]:
    found: list[Sentence] = []
    left = text.MAX_CHARS
    for utterance in answer.utterances:
        for start, end in text.sentences(utterance.text[:left]):
            clean = text.fluent(text.clean(utterance.text[start:end]))
            found.append(Sentence(utterance, start, end, clean, text.grams(clean)))
        left = max(0, left - len(utterance.text))
    return found[: text.MAX_SENTENCES]


def _steps(clean: str) -> list[tuple[str, str, str]]:
    tokens = ["", "", *text.tokens(clean)]
    return list(zip(tokens, tokens[1:], tokens[2:], strict=False))


def _is_echo(grams: Mapping[str, int], asked: Mapping[str, int]) -> bool:
    if not grams or not asked:
        return False
    return sum(gram in asked for gram in grams) >= ECHO * len(grams)


def _listed(clean: str) -> float:
    """How much (0..1) a text is a bare list of keywords; 0 for ordinary speech."""
    words, chars = text.words(clean), text.han(clean)
    if len(words) + len(chars) < MIN_LIST:
        return 0.0
    grammar = sum(w in text.STOP_WORDS for w in words) + sum(c in text.STOP_HAN for c in chars)
    least = MIN_CONTENT if len(words) > len(chars) else MIN_CONTENT / 3
    return max(0.0, 1 - grammar / (len(words) + len(chars)) / least)


def _language(answer: Answer) -> str:
    """The language that most of the text is in, by the recogniser's word or else by its letters."""
    amounts: dict[str, int] = {}
    for utterance in answer.utterances:
        code = utterance.language.lower().split("-")[0] or text.script(utterance.text)
        if code and utterance.text.strip():
            amounts[code] = amounts.get(code, 0) + len(utterance.text)
    return max(amounts, key=lambda code: amounts[code], default="")


def _confidence(answer: Answer) -> float:
    """Mean confidence of the words; utterances without words count as UNKNOWN_CONFIDENCE each."""
    values: list[float] = []
    for utterance in answer.utterances:
        if utterance.text.strip():
            values.extend(
                [_unit(word.confidence) for word in utterance.words] or [UNKNOWN_CONFIDENCE]
            )
    return math.fsum(values) / len(values) if values else 0.0


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0


def _share(answer: Answer, holds: Callable[[AnswerUtterance], bool]) -> float:
    """Share of the speaking time in utterances for which `holds`."""
    lengths = [max(0.0, u.end - u.start) or 1e-3 for u in answer.utterances]
    those = [s for s, u in zip(lengths, answer.utterances, strict=True) if holds(u)]
    return math.fsum(those) / math.fsum(lengths) if lengths else 0.0
