"""Rows put on the pure timeline, and what of it goes over the wire."""

from __future__ import annotations

import math
from collections.abc import Sequence

from models import types
from service.review.queries import Look
from service.review.schemas import (
    CaseFaces,
    FaceSample,
    FaceSpan,
    RateUnit,
    SpanCode,
    Statistics,
)
from service.tables import AskedQuestion, Utterance, UtteranceStatus
from service.timeline import parts
from service.timeline.timeline import build_timeline

MEASURES = (
    "yaw",
    "pitch",
    "roll",
    "gaze_x",
    "gaze_y",
    "blink",
    "mouth_open",
    "smile",
    "brow_raise",
)
CODES: dict[str, SpanCode] = {
    "no_face": "no_face",
    "many_faces": "several_faces",
    "looking_away": "looking_away",
    "unobserved": "unobserved",
}
MOST_SAMPLES = 10_000  # about 80 minutes at two looks a second; beyond it, every second one and on
NO_BOX = types.Box(0.0, 0.0, 0.0, 0.0)


def _measure(face: dict[str, object], name: str) -> float | None:
    value = face.get(name)
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _face(row: Look) -> types.Face | None:
    if row.face is None:
        return None
    found = {name: _measure(row.face, name) for name in MEASURES}
    return types.Face(
        box=NO_BOX,
        score=_measure(row.face, "score") or 0.0,
        yaw=found["yaw"],
        pitch=found["pitch"],
        roll=found["roll"],
        gaze_x=found["gaze_x"],
        gaze_y=found["gaze_y"],
        blink=found["blink"],
        mouth_open=found["mouth_open"],
        smile=found["smile"],
        brow_raise=found["brow_raise"],
    )


def _observation(row: Look) -> parts.Observation:
    return parts.Observation(row.at, row.faces, _face(row))


def _utterance(row: Utterance) -> parts.Utterance:
    is_done = row.status is UtteranceStatus.DONE
    return parts.Utterance(
        id=str(row.id),
        start=row.start,
        end=row.end,
        text=row.text,
        words=tuple(types.Word(**word) for word in row.words),
        question_id=str(row.question_id) if row.question_id else None,
        status="final" if is_done else "waiting",
        language=row.language,
    )


def build(
    utterances: Sequence[Utterance],
    observations: Sequence[Look],
    asked: Sequence[AskedQuestion],
    *,
    duration: float,
) -> parts.Timeline:
    """The session's timeline. A question still open ends where the session does."""
    spans = [
        parts.QuestionSpan(
            str(row.question_id), row.started, duration if row.ended is None else row.ended
        )
        for row in asked
    ]
    return build_timeline(
        [_utterance(row) for row in utterances], [_observation(row) for row in observations], spans
    )


def statistics(timeline: parts.Timeline) -> list[Statistics]:
    """How each question was answered."""
    return [_statistics(question) for question in timeline.questions]


def _statistics(question: parts.QuestionStatistics) -> Statistics:
    speech = question.speech
    unit: RateUnit = "characters_per_minute" if speech.unit == "characters" else "words_per_minute"
    return Statistics.model_validate(
        {
            "question_id": question.question_id,
            "speaking_seconds": speech.speaking,
            "rate": speech.per_minute,
            "rate_unit": unit,
            "pauses": speech.pauses,
            "longest_pause": speech.longest_pause,
            "fillers": sum(count for _, count in speech.fillers),
        }
    )


def faces(observations: Sequence[Look], timeline: parts.Timeline) -> CaseFaces:
    """What was seen, for a case in which it may be shown."""
    step = -(-len(observations) // MOST_SAMPLES) or 1
    samples = [_sample(row) for row in observations[::step]]
    spans = [
        FaceSpan(code=CODES[span.kind], start=span.start, end=span.end) for span in timeline.spans
    ]
    return CaseFaces(
        allowed=True, reason=None, samples=samples, spans=spans, weight=timeline.weight
    )


def _sample(row: Look) -> FaceSample:
    measures = {name: _measure(row.face or {}, name) for name in MEASURES}
    return FaceSample(t=row.at, faces=row.faces, **measures)
