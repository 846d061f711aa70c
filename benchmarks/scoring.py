"""How well scores of answers agree with people, beside three baselines, and what intervals cover.

`python -m benchmarks scoring --json [--data DIR]`: the folder (or its folder `interview_scoring`)
holds the CSV files that `scoring_sets.SOURCES` names; each is a set, and what is missing is left
out. Everything is held out under cross-validation by participant, video or question
(`scoring_fit`); 95 % intervals come from a bootstrap over these groups. Scores use the words
alone: no sound, no face.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks import report, scoring_baselines, scoring_fit
from benchmarks.scoring_measure import Row, Spoiled, measure, readers
from benchmarks.scoring_noise import vocabulary
from benchmarks.scoring_sets import SOURCES, Item, Source, load
from benchmarks.scoring_statistics import compared, kappa, pearson, short
from models.weights import ModelSettings, sentence_encoder
from service.scoring import priors
from service.scoring.fit import Labels
from service.scoring.score_model import ScoreModel

ROOT = Path(__file__).parent.parent
DEFAULT_DATA = Path(os.environ.get("CANDOR_DATA", ROOT.parent / "shared" / "data"))
DEFAULT_CACHE = Path(os.environ.get("CANDOR_CACHE_DIR", "~/.cache/candor/models"))
RATES = (0.0, 0.1, 0.2, 0.4)
LEAST, LEAST_GROUPS = 10, 3  # a smaller set says nothing
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ready:
    """One set with everything measured, by share of words in error."""

    source: Source
    items: Sequence[Item]
    rows: dict[float, list[Row]]
    prior: ScoreModel

    @property
    def levels(self) -> Floats:
        return np.array([self.source.level(item.label) for item in self.items])

    @property
    def classes(self) -> Floats | None:
        """Each answer's class, where the scale has classes."""
        labels = np.array([item.label for item in self.items])
        return self.source.classed(labels) if self.source.classes else None

    @property
    def labels(self) -> Labels:
        groups = tuple(item.group for item in self.items)
        return Labels(self._names, self.matrix(0.0), self.levels, groups)

    def matrix(self, rate: float) -> Floats:
        """Answers x features."""
        return np.array([[r.values.get(n, 0.0) for n in self._names] for r in self.rows[rate]])

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(curve.feature for curve in self.prior.curves)


def ready(source: Source, folder: Path, pool: Pool) -> Ready | None:
    """A set measured at every error rate; None where there is too little of it."""
    items = load(source, folder)
    if len(items) < LEAST or len({item.group for item in items}) < LEAST_GROUPS:
        report.progress(f"{source.name}: {len(items)} items, left out")
        return None
    words = tuple(vocabulary([s for i in items for _, s in i.turns], source.language))
    rows = {}
    for rate in RATES:
        report.progress(f"{source.name}: {len(items)} items, {rate:.0%} of the words in error")
        rows[rate] = measure(items, Spoiled(source, rate, words), pool)
    is_knowledge = any(q.reference for item in items for q, _ in item.turns)
    return Ready(source, items, rows, priors.REFERENCE if is_knowledge else priors.OPEN)


def agree(found: Ready) -> tuple[dict[str, object], dict[float, Bools]]:
    """One set's figures, and which answers' intervals held the person's rating."""
    labels, kinds, clean = found.labels, found.classes, found.rows[0.0]
    spoiled = {rate: found.matrix(rate) for rate in RATES}
    ours = scoring_fit.evaluate(labels, spoiled, prior=found.prior, classes=kinds)
    words = [item.turns for item in found.items]
    others = {
        "length": scoring_baselines.length(clean),
        "tfidf_ridge": scoring_baselines.tfidf(found.source, words, labels=labels),
        "embedding": scoring_baselines.embedding(clean, labels),
    }
    made = [compared("pearson", [ours.scores], others, truth=labels.levels, groups=labels.groups)]
    if kinds is not None:
        cut = {
            name: None if each is None else scoring_baselines.cut(each, kinds, labels)
            for name, each in others.items()
        }
        kappas = compared("qwk", ours.cuts, cut, truth=kinds, groups=labels.groups)
        made.insert(0 if found.source.leads_with_kappa else 1, kappas)
    result: dict[str, object] = {"n": len(labels.levels), "groups": len(set(labels.groups))}
    result |= made[0] | {str(each["metric"]): each for each in made[1:]}
    inside = {
        r: (ours.low[r] - 1e-9 <= labels.levels) & (labels.levels <= ours.high[r] + 1e-9)
        for r in RATES
    }
    widths = {_percent(r): round(float((ours.high[r] - ours.low[r]).mean()), 2) for r in RATES}
    result |= _people(found, ours.scores)
    result["coverage"] = {_percent(rate): short(each.mean()) for rate, each in inside.items()}
    return result | {"interval_width_in_levels": widths}, inside


def _people(found: Ready, scores: Floats) -> dict[str, object]:
    """How people agree with each other; how the scores agree with further ratings."""
    result: dict[str, object] = {}
    pairs = np.array([item.raters for item in found.items if len(item.raters) == 2])
    if len(pairs) == len(found.items):
        human = {"pearson": short(pearson(pairs[:, 0], pairs[:, 1]))}
        if found.source.classes:
            both = found.source.classed(pairs)
            human["qwk"] = short(kappa(both[:, 0], both[:, 1]))
        result["human_human"] = human
    names = set.intersection(*({name for name, _ in item.others} for item in found.items))
    if names:
        result["other_ratings_pearson"] = {
            name: short(pearson(scores, np.array([dict(i.others)[name] for i in found.items])))
            for name in sorted(names)
        }
    return result


def run(data: Path, model: Path | None) -> dict[str, object]:
    """All sets that are there; `coverage` is over all their answers together."""
    folder = data / "interview_scoring" if (data / "interview_scoring").is_dir() else data
    sets: dict[str, object] = {}
    hits: dict[float, list[Bools]] = {rate: [] for rate in RATES}
    with readers(model) as pool:
        found = [each for each in (ready(s, folder, pool) for s in SOURCES) if each]
        report.progress("cross-validation of " + ", ".join(each.source.name for each in found))
        for each, (figures, inside) in zip(found, pool.map(agree, found, chunksize=1), strict=True):
            sets[each.source.name] = figures
            for rate, held in inside.items():
                hits[rate].append(held)
    coverage = {_percent(r): short(np.concatenate(h).mean()) for r, h in hits.items() if h}
    return {"sets": sets, "coverage": coverage}


def _percent(rate: float) -> str:
    return f"{100 * rate:.0f}"


def main(argv: list[str]) -> int:
    """The command line; 1 where no set is there."""
    parser = argparse.ArgumentParser(prog="scoring")
    parser.add_argument("--json", action="store_true", help="end in one JSON line")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="where models lie")
    parser.add_argument("--write", action="store_true", help="keep as results/scoring.json")
    options = parser.parse_args(argv)
    begun = time.monotonic()
    at = sentence_encoder(ModelSettings(cache=options.cache))
    if at is None:
        report.progress("no sentence encoder here (`make setup` fetches it): letters must do")
    found = run(options.data, Path(at.path) if at else None)
    settings = {
        "encoder": at.id if at else None,
        "strength": scoring_fit.STRENGTH,
        "folds": scoring_fit.FOLDS,
        "turns": scoring_fit.TURNS,
        "seconds": round(time.monotonic() - begun),
    }
    if options.write:
        head = report.circumstances(["numpy", "onnxruntime", "tokenizers"], settings)
        report.write("scoring", head | found)
    report.last_line(found)
    return 0 if found["sets"] else 1
