"""What a scorer has to beat: length alone, TF-IDF with ridge regression, embedding nearness alone.

Length and nearness need no fit and are taken as they are, which favours them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benchmarks.scoring_measure import Row
from benchmarks.scoring_noise import tokens
from benchmarks.scoring_sets import Source
from service.scoring import fit
from service.scoring.fit import Labels
from service.scoring.rubric import QuestionSpec

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Turns = tuple[tuple[QuestionSpec, str], ...]
STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
FOLDS, INNER = 10, 5


def length(rows: Sequence[Row]) -> Floats:
    """The logarithm of how much was said."""
    return np.log1p(np.array([row.units for row in rows], dtype=np.float64))


def embedding(rows: Sequence[Row], labels: Labels) -> Floats | None:
    """Nearness to the reference, else to the questions; without either, ridge on the vectors."""
    vectors = [row.vector for row in rows if row.vector is not None]
    if len(vectors) == len(rows) and vectors:
        whole = np.stack(vectors)
        whole = whole - whole.mean(axis=0)
        return held_out(whole @ whole.T, labels)
    near = np.array([row.nearness for row in rows], dtype=np.float64)
    return near if near.std() > 0 else None


def tfidf(source: Source, said: Sequence[Turns], *, labels: Labels) -> Floats:
    """Ridge on TF-IDF of words (in Chinese: characters and pairs), strength by inner folds."""
    counts = [Counter(_terms(source, turns)) for turns in said]
    frequency = Counter(term for each in counts for term in each)
    kept = {t: i for i, t in enumerate(sorted(t for t, n in frequency.items() if n > 1))}
    matrix = np.zeros((len(said), max(1, len(kept))), dtype=np.float32)
    for i, each in enumerate(counts):
        for term, count in each.items():
            if term in kept:
                rarity = math.log((1 + len(said)) / (1 + frequency[term])) + 1
                matrix[i, kept[term]] = (1 + math.log(count)) * rarity
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    return held_out((matrix @ matrix.T).astype(np.float64), labels)


def _terms(source: Source, turns: Turns) -> list[str]:
    found = tokens(" ".join(said for _, said in turns).lower(), source.language)
    if source.language == "en":
        return [word.strip(".,;:!?\"'()") for word in found]
    return found + [a + b for a, b in pairwise(found)]


def held_out(kernel: Floats, labels: Labels) -> Floats:
    """Kernel ridge regression's word on each fold when it had not seen it."""
    fold = np.array(fit.folds(labels.levels, labels.groups, count=FOLDS))
    found = np.zeros(len(fold))
    for each in np.unique(fold):
        seen, left = np.where(fold != each)[0], np.where(fold == each)[0]
        strength = _tuned(kernel, labels, seen)
        found[left] = _ridge(kernel, labels.levels, (seen, left), strength)
    return found


def cut(scores: Floats, kinds: Floats, labels: Labels) -> Floats:
    """Classes by cuts that the other folds' answers give, as for our own scores."""
    fold = np.array(fit.folds(labels.levels, labels.groups, count=FOLDS))
    found = np.zeros(len(fold))
    for each in np.unique(fold):
        seen, left = fold != each, fold == each
        cuts = fit.thresholds(scores[seen], kinds[seen], classes=range(int(kinds.max()) + 1))
        found[left] = np.searchsorted(cuts, scores[left], side="right")
    return found


def _tuned(kernel: Floats, labels: Labels, seen: Rows) -> float:
    """The strength with the least squared error among inner folds."""
    levels, groups = labels.levels[seen], [labels.groups[i] for i in seen]
    inner = np.array(fit.folds(levels, groups, count=INNER, turn=1))
    splits = [(seen[inner != j], seen[inner == j]) for j in np.unique(inner)]

    def loss(strength: float) -> float:
        missed = (
            _ridge(kernel, labels.levels, split, strength) - labels.levels[split[1]]
            for split in splits
        )
        return sum(float(each @ each) for each in missed)

    return min(STRENGTHS, key=loss)


def _ridge(
    kernel: Floats,
    levels: Floats,
    split: tuple[Rows, Rows],
    strength: float,
) -> Floats:
    seen, left = split
    mean = levels[seen].mean()
    held = kernel[np.ix_(seen, seen)] + strength * np.eye(len(seen))
    found: Floats = kernel[np.ix_(left, seen)] @ np.linalg.solve(held, levels[seen] - mean) + mean
    return found
