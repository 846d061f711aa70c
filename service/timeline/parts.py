"""What goes into a timeline and what comes out of it. Times are media seconds of the session."""

from __future__ import annotations

from dataclasses import dataclass

from models.types import Face, Word

WEIGHT = 0.0  # of everything on a timeline: shown to people, never scored


@dataclass(frozen=True, slots=True)
class QuestionSpan:
    """When a question was on the candidate's screen."""

    id: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance; `words` in session seconds. `status` "final", or "waiting" (no text yet)."""

    id: str
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    question_id: str | None = None
    status: str = "final"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One face sample: how many faces, and the largest of them (None when there is none)."""

    at: float
    faces: int
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which `kind` held: "no_face", "many_faces", "looking_away" or "unobserved"."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A series to be drawn. A None value is a gap: nothing could be measured there."""

    name: str
    unit: str
    points: tuple[tuple[float, float | None], ...]
    weight: float = WEIGHT


@dataclass(frozen=True, slots=True)
class Range:
    """5th percentile, mean and 95th percentile of a signal."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True)
class SpeechStatistics:
    """How it was spoken. `unit` is "words", or "characters" for Chinese; None: nothing to count.

    `speaking` and the pauses are seconds; a pause is a silence within the answer of
    `TimelineConfig.min_pause` or more. `delay` is from the question's start to the first speech.
    """

    language: str
    unit: str
    count: int
    per_minute: float | None
    speaking: float
    pauses: int
    longest_pause: float
    delay: float | None
    fillers: tuple[tuple[str, int], ...]
    waiting: int  # utterances that have no text yet
    weight: float = WEIGHT


@dataclass(frozen=True, slots=True)
class FaceStatistics:
    """What was seen. Shares are 0..1 of the seconds observed; None: it could not be measured.

    `blinks_per_minute` needs samples closer than a blink is long, and is None otherwise.
    """

    observed: float  # seconds
    present: float | None
    many: float | None
    away: float | None
    blinks_per_minute: float | None
    ranges: tuple[tuple[str, Range], ...]
    weight: float = WEIGHT


@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """One question's speech and face."""

    question_id: str
    start: float
    end: float
    speech: SpeechStatistics
    face: FaceStatistics


@dataclass(frozen=True, slots=True)
class Timeline:
    """Speech and face of one session on one clock."""

    duration: float
    utterances: tuple[Utterance, ...]
    questions: tuple[QuestionStatistics, ...]
    signals: tuple[Signal, ...]
    spans: tuple[Span, ...]
    weight: float = WEIGHT
