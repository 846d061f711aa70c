"""Fusion: utterances and face samples of one session on one clock, by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.timeline.face import FaceConfig, face_statistics, signals, spans
from service.timeline.parts import (
    Observation,
    QuestionSpan,
    QuestionStatistics,
    Timeline,
    Utterance,
)
from service.timeline.speech import speech_statistics


@dataclass(frozen=True, slots=True)
class TimelineConfig:
    """`min_pause` (seconds): shorter silences are breathing, not pauses."""

    min_pause: float = 0.7
    face: FaceConfig = field(default_factory=FaceConfig)


def build_timeline(
    utterances: Sequence[Utterance],
    observations: Sequence[Observation],
    questions: Sequence[QuestionSpan],
    config: TimelineConfig | None = None,
) -> Timeline:
    """Put speech and face together. Input in any order; no observations: no signals, no spans."""
    config = config or TimelineConfig()
    spoken = tuple(sorted(utterances, key=lambda u: (u.start, u.end, u.id)))
    ends = [u.end for u in spoken] + [o.at for o in observations] + [q.end for q in questions]
    duration = max(ends, default=0.0)
    return Timeline(
        duration=duration,
        utterances=spoken,
        questions=tuple(_question(q, spoken, observations, config=config) for q in questions),
        signals=signals(observations, config.face),
        spans=spans(observations, duration, config=config.face) if observations else (),
    )


def _question(
    question: QuestionSpan,
    spoken: Sequence[Utterance],
    observations: Sequence[Observation],
    *,
    config: TimelineConfig,
) -> QuestionStatistics:
    own = [u for u in spoken if _belongs(u, question)]
    window = (question.start, question.end)
    return QuestionStatistics(
        question_id=question.id,
        start=question.start,
        end=question.end,
        speech=speech_statistics(own, question, min_pause=config.min_pause),
        face=face_statistics(observations, window, config=config.face),
    )


def _belongs(utterance: Utterance, question: QuestionSpan) -> bool:
    """By the question it carries, or else by where its middle lies."""
    if utterance.question_id is not None:
        return utterance.question_id == question.id
    return question.start <= (utterance.start + utterance.end) / 2 < question.end
