"""What is asked for (rubric, question) and what was said (answer). Words only, by construction."""

from __future__ import annotations

from dataclasses import dataclass

from service.scoring import text

ANCHOR_LEVELS = (1, 3, 5)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an answer at `level` (1, 3 or 5) sounds like."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in ANCHOR_LEVELS:
            raise ValueError(f"an anchor's level is one of {ANCHOR_LEVELS}, not {self.level}")


@dataclass(frozen=True, slots=True)
class Competency:
    """One thing to be rated. `keywords` are optional phrases that a good answer touches."""

    id: str
    name: str
    anchors: tuple[Anchor, ...]
    keywords: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        levels = [anchor.level for anchor in self.anchors]
        if len(set(levels)) != len(levels):
            raise ValueError(f"competency {self.id} has two anchors for one level")

    def anchor(self, level: int) -> str:
        """The anchor's text for `level`, or "" where there is none."""
        return next((anchor.text for anchor in self.anchors if anchor.level == level), "")

    @property
    def points(self) -> tuple[str, ...]:
        """The keywords, or the clauses of the level 5 anchor where there are none."""
        return self.keywords or clauses(self.anchor(5))


def clauses(passage: str) -> tuple[str, ...]:
    """The parts of a text between marks, cleaned; those without content left out."""
    clean = text.clean(passage)
    for mark in "，。；、;,.":
        clean = clean.replace(mark, "\n")
    return tuple(part.strip() for part in clean.split("\n") if text.grams(part))


@dataclass(frozen=True, slots=True)
class Rubric:
    """Competencies under one version. `weights`: (competency id, weight > 0); 1.0 if unnamed."""

    version: str
    competencies: tuple[Competency, ...]
    weights: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        ids = [competency.id for competency in self.competencies]
        if len(set(ids)) != len(ids):
            raise ValueError("two competencies share an id")
        if any(not weight > 0 for _, weight in self.weights):
            raise ValueError("a competency's weight must be above 0")

    def weight(self, competency_id: str) -> float:
        return dict(self.weights).get(competency_id, 1.0)


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """One question and the competencies it asks after (none: all of the rubric).

    `reference`: a model answer, where it is a question of knowledge; else "".
    """

    id: str
    text: str
    competencies: tuple[str, ...] = ()
    reference: str = ""

    def asks_after(self, competency_id: str) -> bool:
        return not self.competencies or competency_id in self.competencies


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One recognised word; times in media seconds of the session, `confidence` 0..1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class AnswerUtterance:
    """One utterance of an answer, in media seconds. An empty `text` waits for a transcriber."""

    id: str
    start: float
    end: float
    text: str
    words: tuple[SpokenWord, ...] = ()
    language: str = ""  # "zh", "en", another ISO 639-1 code, or "" when not known
    is_fallback: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said to one question, in order of time."""

    question: QuestionSpec
    utterances: tuple[AnswerUtterance, ...]
