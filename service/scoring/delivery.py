"""How an answer was delivered: computed and shown, with weight 0. It never moves a score."""

from __future__ import annotations

import math

from models.types import Word
from service.scoring.ratings import Contribution
from service.scoring.rubric import Answer, AnswerUtterance
from service.timeline.parts import QuestionSpan, Utterance
from service.timeline.speech import speech_statistics

LONG_PAUSE = 1.0  # seconds
DECIMALS = 1


def delivery(answer: Answer) -> tuple[Contribution, ...]:
    """Pace (words or characters a minute), pauses of a second and more, fillers; each weight 0."""
    spoken = [_utterance(each) for each in answer.utterances if _is_timed(each)]
    if not spoken:
        return ()
    span = QuestionSpan(answer.question.id, spoken[0].start, spoken[-1].end)
    told = speech_statistics(spoken, span, min_pause=LONG_PAUSE)
    shown = {
        "pace": told.per_minute or 0.0,
        "pauses": float(told.pauses),
        "fillers": float(sum(count for _, count in told.fillers)),
    }
    return tuple(
        Contribution(name, round(value, DECIMALS), 0.0, 0.0, f"scoring.feature.{name}")
        for name, value in shown.items()
    )


def _is_timed(utterance: AnswerUtterance) -> bool:
    times = [utterance.start, utterance.end, *(w.start + w.end for w in utterance.words)]
    return bool(utterance.text.strip()) and all(math.isfinite(time) for time in times)


def _utterance(said: AnswerUtterance) -> Utterance:
    words = tuple(Word(w.text, w.start, w.end, w.confidence) for w in said.words)
    return Utterance(said.id, said.start, said.end, said.text, words, said.language)
