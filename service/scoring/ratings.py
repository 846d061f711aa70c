"""What comes out of scoring. Explanations are i18n keys with parameters, never prose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.types import Compared

SCORER_ID = "candor-content"
SCORER_VERSION = "2.1.0"

Param = tuple[str, str | int | float]


class Abstention(StrEnum):
    """Why no level is given."""

    NO_ANSWER = "no_answer"
    WAITING = "waiting_transcript"
    TOO_SHORT = "too_short"
    UNSURE = "recognition_unsure"
    FALLBACK = "fallback_transcript"
    OTHER_LANGUAGE = "other_language"


@dataclass(frozen=True, slots=True)
class Feature:
    """One measured property of an answer, `value` 0..1, with its explanation."""

    name: str
    value: float
    key: str
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """`contribution` = `weight` x `value`; all contributions of a rating add up to its score.

    `weight` is the most that the feature can add under the score model, `value` the share of it
    that was reached; delivery (pace, pauses, fillers) has weight 0 and its own units.
    """

    feature: str
    value: float
    weight: float
    contribution: float
    key: str
    params: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """Which score model made a rating. `assumed`: its interval is a wide guess, not calibrated."""

    id: str
    version: str
    sha256: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """`quote` is a verbatim piece of the utterance's text, said from `start` to `end` seconds."""

    utterance_id: str
    quote: str
    start: float
    end: float
    feature: str


@dataclass(frozen=True, slots=True)
class AnswerRating:
    """One answer under one competency.

    `level` (1..5) and `score` (1.0..5.0) are None exactly when `abstained` names a reason; the
    interval `low`..`high` is then 1..5. No `evidence` means "no evidence". `weight` (0..1) is
    what this answer counts for in the competency's rating. `features` are the measured values
    (0..1, four decimals) from which anybody can recompute the score with the model of `basis`.
    """

    question_id: str
    competency_id: str
    level: int | None
    score: float | None
    low: float
    high: float
    weight: float
    contributions: tuple[Contribution, ...]
    evidence: tuple[Evidence, ...]
    abstained: Abstention | None
    features: tuple[tuple[str, float], ...] = ()
    basis: Basis | None = None
    meaning: Compared | None = None  # what a sentence encoder said, where one was asked


@dataclass(frozen=True, slots=True)
class CompetencyRating:
    """All answers to which a competency applied, as one rating; `answers` keeps each of them.

    Its contributions are the answers' means by their `weight`, so they too add up to its score.
    `basis` is the score model of the answers (of the first, should they differ).
    """

    competency_id: str
    rubric_version: str
    level: int | None
    score: float | None
    low: float
    high: float
    contributions: tuple[Contribution, ...]
    evidence: tuple[Evidence, ...]
    answers: tuple[AnswerRating, ...]
    abstained: Abstention | None
    input_digest: str  # sha256 over the canonical input: answers, competency, rubric version
    scorer_id: str = SCORER_ID
    scorer_version: str = SCORER_VERSION
    basis: Basis | None = None
