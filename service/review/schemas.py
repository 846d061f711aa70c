"""What goes over the wire about the queue, cases, ratings and the audit record."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from service.access.inputs import LINES
from service.access.views import ConsentView
from service.review.work_schemas import CompetencyView, CorrectionView, Summary, VerdictView
from service.tables import RaterKind, SessionState, UtteranceStatus

Note = Literal[
    "engine_fallback",
    "waiting_transcript",
    "engine_missing",
    "no_recording",
    "interrupted",
    "ai_scoring_refused",
    "blind",
    "on_trial",
    "person_first",
]
SpanCode = Literal["no_face", "several_faces", "looking_away", "unobserved"]
RateUnit = Literal["words_per_minute", "characters_per_minute"]


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CaseSession(BaseModel):
    """The sitting; `duration` in media seconds."""

    id: UUID
    state: SessionState
    language: str
    jurisdiction: str
    started_at: datetime | None
    ended_at: datetime | None
    duration: float


class CaseCandidate(_View):
    """Who was interviewed."""

    name: str
    email: str


class CasePlan(_View):
    """For what."""

    id: UUID
    title: str


class CaseQuestion(BaseModel):
    """A question and when it stood before the candidate (media seconds; None: never)."""

    id: UUID
    index: int
    text: str
    started: float | None
    ended: float | None


class CaseRecording(BaseModel):
    """A playable file; `offset` is where it starts in the session."""

    id: UUID
    url: str
    mime: str
    size: int
    offset: float
    duration: float


class Word(BaseModel):
    """One recognised word, in media seconds of the session."""

    text: str
    start: float
    end: float
    confidence: float


class CaseUtterance(BaseModel):
    """What was said, and how surely it was heard (None: not transcribed).

    Where a person corrected it, `text` and `words` are theirs, and `heard` is the engine's.
    `own_text`: what the candidate says they said. `is_replaced`: a later try counts in its place.
    """

    id: UUID
    question_id: UUID | None
    start: float
    end: float
    text: str
    words: list[Word]
    language: str
    engine: str | None
    is_fallback: bool
    status: UtteranceStatus
    confidence: float | None
    heard: str | None = None
    corrections: list[CorrectionView] = Field(default_factory=list)
    own_text: str | None = None
    is_replaced: bool = False


class FaceSample(BaseModel):
    """One look at the largest face at `t` media seconds. None: not measured."""

    t: float
    faces: int
    yaw: float | None
    pitch: float | None
    roll: float | None
    gaze_x: float | None
    gaze_y: float | None
    blink: float | None
    mouth_open: float | None
    smile: float | None
    brow_raise: float | None


class FaceSpan(BaseModel):
    """A stretch worth looking at."""

    code: SpanCode
    start: float
    end: float


class CaseFaces(BaseModel):
    """What was seen, if it may be shown; it weighs nothing. `reason`: why it is not `allowed`."""

    allowed: bool
    reason: Literal["jurisdiction", "consent"] | None
    samples: list[FaceSample]
    spans: list[FaceSpan]
    weight: float


class Statistics(BaseModel):
    """How one question was answered. Shown, never scored. Seconds, but for `rate`."""

    question_id: UUID
    speaking_seconds: float
    rate: float | None
    rate_unit: RateUnit
    pauses: int
    longest_pause: float
    fillers: int


class Evidence(BaseModel):
    """A verbatim quote, in media seconds of the session."""

    utterance_id: UUID
    quote: str
    start: float
    end: float


class Contribution(BaseModel):
    """`contribution` = `weight` x `value`; they add up to the score."""

    feature: str
    value: float
    weight: float
    contribution: float


class AnswerDetail(BaseModel):
    """How one answer was rated."""

    question_id: UUID
    score: float | None
    contributions: list[Contribution]
    abstained: str | None


class OpinionRun(BaseModel):
    """One run of a language model; `invented` of its quotes were never said."""

    level: int | None
    reason: str
    quotes: int
    invented: int


class OpinionDetail(BaseModel):
    """How a language model came to its level. `doubt`: a person should look first."""

    doubt: Literal["runs_differ", "models_differ"] | None
    invented: int
    failures: list[str]
    runs: list[OpinionRun]


class ScoreBasis(BaseModel):
    """The score model of a rating. `assumed`: its interval is a wide guess, not calibrated."""

    id: str
    version: str
    sha256: str
    assumed: bool


class RatingDetail(BaseModel):
    """The model's whole reckoning; empty for a person's rating. `opinion`: a language model's."""

    answers: list[AnswerDetail] = Field(default_factory=list)
    contributions: list[Contribution] = Field(default_factory=list)
    opinion: OpinionDetail | None = None
    basis: ScoreBasis | None = None


class RatingView(BaseModel):
    """One rater's level for one competency."""

    id: UUID
    competency_id: UUID
    competency_name: str
    level: int | None
    score: float | None
    low: float | None
    high: float | None
    abstained: str | None
    rater: RaterKind
    rater_name: str
    rater_version: str
    rubric_version: int
    reason: str | None
    evidence: list[Evidence]
    detail: RatingDetail
    is_current: bool
    is_shadow: bool
    created_at: datetime


class Case(BaseModel):
    """All that a person needs to decide."""

    session: CaseSession
    candidate: CaseCandidate
    plan: CasePlan
    consent: ConsentView | None
    questions: list[CaseQuestion]
    recordings: list[CaseRecording]
    utterances: list[CaseUtterance]
    faces: CaseFaces
    statistics: list[Statistics]
    ratings: list[RatingView]
    history: list[RatingView]
    competencies: list[CompetencyView]
    summary: Summary
    verdicts: list[VerdictView]
    notes: list[Note]


class Span(BaseModel):
    """Some words of an utterance as evidence: from word `first` to word `last`, both included."""

    utterance_id: UUID
    first: int = Field(strict=True, ge=0, le=10_000)
    last: int = Field(strict=True, ge=0, le=10_000)


class OverrideDraft(BaseModel):
    """A person's rating. `replaces` is the rating that stood when they looked (None: none did)."""

    level: int = Field(strict=True, ge=1, le=5)
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=LINES)
    ] = ""
    evidence: list[UUID] = Field(default_factory=list, max_length=50)
    spans: list[Span] = Field(default_factory=list, max_length=50)
    replaces: UUID | None


class AuditView(_View):
    """One event of the audit record."""

    seq: int
    at: datetime
    tag: str
    actor: str
    subject: str
    session_id: UUID | None
    detail: dict[str, JsonValue]
    prev_hash: str
    hash: str


class ChainView(_View):
    """Whether the record is whole; `first_bad` is where it breaks, `head` the last good hash."""

    ok: bool
    count: int
    head: str
    first_bad: int | None
