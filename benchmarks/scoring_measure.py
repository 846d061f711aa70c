"""Features of a set's answers by the service's own code, with a sentence encoder if there is one.

Several processes share the work, each with its own encoder of one thread.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.scoring_noise import corrupt
from benchmarks.scoring_sets import Item, Source, answer
from models.text.encoder import Encoder
from service.scoring import meaning
from service.scoring.features import Scope, features
from service.scoring.reading import Reading, read
from service.scoring.rubric import Competency, QuestionSpec, Rubric

Floats = npt.NDArray[np.float64]
COMPETENCY = Competency("c", "", ())
RUBRIC = Rubric("1", (COMPETENCY,))
FULL_UNITS = 60.0  # as in the rater: an answer of this length counts fully
_OPEN: list[Encoder | None] = [None]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """How a set is read: word errors at `rate`, taken from `words`."""

    source: Source
    rate: float = 0.0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One item measured. `nearness`: of whole answers to reference or question."""

    values: dict[str, float]
    units: float
    nearness: float
    vector: Floats | None


def open_encoder(folder: Path | None) -> None:
    """Give this process its encoder, or none."""
    _OPEN[0] = Encoder(folder) if folder else None


@contextmanager
def readers(folder: Path | None) -> Iterator[Pool]:
    """Processes that measure, each with an encoder of one thread."""
    count = max(1, min(4, len(os.sched_getaffinity(0))))
    with multiprocessing.get_context("spawn").Pool(count, open_encoder, (folder,)) as pool:
        yield pool


def measure(items: Sequence[Item], how: Spoiled, pool: Pool) -> list[Row]:
    """Each item's row, in order."""
    return pool.map(partial(row, how=how), items, chunksize=4)


def row(item: Item, how: Spoiled) -> Row:
    """One item's features: the mean over its answers, each weighted as the rater does."""
    found = [_turn(question, said, how) for question, said in item.turns]
    total = sum(turn.weight for turn in found)
    values = {
        name: sum(turn.weight * turn.values[name] for turn in found) / total
        for name in found[0].values
    }
    near = sum(turn.weight * turn.near for turn in found) / total
    return Row(values, sum(turn.units for turn in found), near, _vector(item, how))


@dataclass(frozen=True, slots=True)
class _Turn:
    """Features, weight, length and nearness of one answer."""

    values: dict[str, float]
    weight: float
    units: int
    near: float


def _turn(question: QuestionSpec, said: str, how: Spoiled) -> _Turn:
    language = how.source.language
    heard = corrupt(said, how.rate, words=how.words, language=language) if how.rate else said
    reading = read(answer(question, heard, confidence=1.0, language=language))
    known = _meaning(reading, question)
    scope = Scope.of(question, COMPETENCY, rubric=RUBRIC, meaning=known)
    values = {feature.name: feature.value for feature in features(reading, scope)}
    near = known.reference.whole if question.reference else known.question.whole
    if language != meaning.LANGUAGE and not how.rate:
        near = _plainly_near(said, question.reference)
    return _Turn(values, max(1e-3, min(1.0, reading.units / FULL_UNITS)), reading.units, near)


def _meaning(reading: Reading, question: QuestionSpec) -> meaning.Meaning:
    encoder = _OPEN[0]
    asked = meaning.request(reading, question, (COMPETENCY,))
    if encoder is None or asked is None:
        return meaning.UNASKED
    return meaning.Meaning.of(encoder.compare(asked), meaning.sought(question, COMPETENCY))


def _plainly_near(said: str, reference: str) -> float:
    """For the baseline only: an English encoder's word on another language."""
    encoder = _OPEN[0]
    if encoder is None:
        return 0.0
    one, other = encoder.encode([said, reference])
    return float(one.whole @ other.whole)


def _vector(item: Item, how: Spoiled) -> Floats | None:
    """Where there is no text to compare with: the sentence embedding of the whole."""
    encoder = _OPEN[0]
    if encoder is None or how.rate or any(q.text or q.reference for q, _ in item.turns):
        return None
    (said,) = encoder.encode([" ".join(said for _, said in item.turns)])
    return said.whole.astype(np.float64)
