"""The public sets on which scores are held against people, each in one form.

Files and columns as in the README of the data. A file that is missing, or a row that cannot be
read, is left out; nothing is assumed of ids or of the number of rows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from service.scoring.rubric import Answer, AnswerUtterance, QuestionSpec, SpokenWord

ASKS = re.compile(
    r"\?|\b(?:tell|describe|talk|give|explain|why|how|what|when|where)\b", re.IGNORECASE
)
ASKING = 6  # words: longer turns of an interviewer are taken for questions
TURN = re.compile(r"\s*(interviewer|interviewee)\s*:\s*", re.IGNORECASE)
LOWEST, SPAN = 1.0, 4.0
Row = Mapping[str, str]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    """What one person was rated for: questions and answers, and the rating on its own scale.

    `group`: participant, video or question, never split between folds. `raters`: single ratings.
    """

    group: str
    turns: tuple[tuple[QuestionSpec, str], ...]
    label: float
    raters: tuple[float, ...] = ()
    others: tuple[tuple[str, float], ...] = ()  # further ratings of the same person, by name


@dataclass(frozen=True, slots=True)
class Source:
    """How to read a file. `low`, `high`: the ends of the raters' scale; `classes` for kappa."""

    name: str
    read: Callable[[Row], Item | None]
    low: float
    high: float
    language: str
    classes: int = 0
    leads_with_kappa: bool = False

    def classed(self, labels: Floats) -> Floats:
        """Ratings as classes 0, 1, ...; halves go up, as at school."""
        share = (labels - self.low) / (self.high - self.low)
        found: Floats = np.floor(share * (self.classes - 1) + 0.5 + 1e-9)
        return found

    def level(self, label: float) -> float:
        """A rating on our scale, 1 to 5."""
        return LOWEST + SPAN * (label - self.low) / (self.high - self.low)


def load(source: Source, folder: Path) -> list[Item]:
    """The set's items; none where the file is missing."""
    path = folder / f"{source.name}.csv"
    if not path.is_file():
        return []
    csv.field_size_limit(10**8)
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return list(_readable(source, csv.DictReader(opened)))


def _readable(source: Source, rows: Iterator[Row] | csv.DictReader[str]) -> Iterator[Item]:
    for row in rows:
        try:
            item = source.read(row)
        except (KeyError, ValueError, TypeError, AttributeError):
            continue
        if item is not None and item.turns:
            yield item


def answer(question: QuestionSpec, said: str, *, confidence: float, language: str) -> Answer:
    """An answer as the service holds it; every word with the same confidence, half a second."""
    parts = said.split() if language == "en" else list(said)
    words = tuple(
        SpokenWord(part, 0.5 * i, 0.5 * i + 0.4, confidence) for i, part in enumerate(parts)
    )
    utterance = AnswerUtterance("u", 0.0, 0.5 * max(1, len(parts)), said, words, language)
    return Answer(question, (utterance,))


def _mit(row: Row) -> Item | None:
    turns = tuple(
        (QuestionSpec(str(i), asked), said) for i, (asked, said) in enumerate(_turns(row))
    )
    names = ("RecommendHiring", "StructuredAnswers", "Engaged", "Total")
    others = tuple((name, float(row[name])) for name in names if row.get(name))
    return Item(row["participant"], turns, float(row["Overall"]), others=others)


def _turns(row: Row) -> list[tuple[str, str]]:
    """What was asked, and all that came until the next question; "mm-hmm" asks nothing."""
    found: list[list[str]] = []
    for part in row["transcript"].split("|"):
        match = TURN.match(part)
        said = part[match.end() :] if match else part
        if match and match.group(1).lower() == "interviewer":
            if ASKS.search(said) or len(said.split()) >= ASKING:
                found.append([said, ""])
        elif found:
            found[-1][1] += f" {said}"
        else:
            found.append(["", said])
    return [(asked, said) for asked, said in found if said.strip()]


def _impressions(row: Row) -> Item | None:
    video = row["clip"].rsplit(".", 2)[0]
    turns = ((QuestionSpec("0", ""), row["transcript"]),)
    return Item(video, turns, float(row["interview"])) if row["transcript"].strip() else None


def _mohler(row: Row) -> Item | None:
    question = QuestionSpec(row["id"], row["question"], reference=row["desired_answer"])
    raters = (float(row["score_me"]), float(row["score_other"]))
    return Item(row["id"], ((question, row["student_answer"]),), float(row["score_avg"]), raters)


def _chinese(row: Row) -> Item | None:
    question = QuestionSpec(row["question_id"], row["question"], reference=row["reference"])
    return Item(row["question_id"], ((question, row["answer"]),), float(row["score"]))


SOURCES: Sequence[Source] = (
    Source("mit_interview", _mit, 1, 7, "en"),
    Source("first_impressions_v2", _impressions, 0, 1, "en"),
    Source("short_answer_cs_en_mohler", _mohler, 0, 5, "en", classes=6, leads_with_kappa=True),
    Source("short_answer_zh_LE", _chinese, 0, 1, "zh", classes=11),
)
