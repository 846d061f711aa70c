"""How the scorer stands attacks and changes that must not move it: the cases of `candor gate`.

Ends in one JSON line: per family the bound, the number of cases, how many went past it, the value
furthest out and the mean; and every failing case by its id. `fresh`: wordings that the scorer was
not changed for. `with_encoder`: the English cases once more with the sentence encoder's word.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import report
from models.text.encoder import Encoder
from models.weights import ModelSettings, sentence_encoder
from service.assay.build import cases
from service.assay.cases import BOUNDS, Case, Rule, Said
from service.assay.commands import document
from service.assay.fresh import fresh_cases
from service.assay.gate import Rate, Report, examine
from service.scoring import meaning
from service.scoring.rater import LETTERS, Means, rate_answer
from service.scoring.ratings import SCORER_ID, SCORER_VERSION, AnswerRating
from service.scoring.reading import read
from service.settings import Settings


def directions(found: tuple[Case, ...]) -> dict[str, int]:
    """How many cases there are under each rule."""
    return {rule.value: sum(BOUNDS[case.family].rule is rule for case in found) for rule in Rule}


def by_language(outcomes: Report) -> dict[str, dict[str, int]]:
    """Cases and failures in each language."""
    languages = sorted({one.case.language for one in outcomes.outcomes})
    return {
        language: {
            "cases": sum(one.case.language == language for one in outcomes.outcomes),
            "failures": sum(one.case.language == language for one in outcomes.failures),
        }
        for language in languages
    }


def rate_with(encoder: Encoder) -> Rate:
    """The scorer as it rates where a sentence encoder is at hand."""

    def rate(said: Said) -> AnswerRating:
        answer, own = said.answer, (said.asked.competency,)
        request = meaning.request(read(answer, own), answer.question, own)
        means = LETTERS
        if request is not None:
            compared = encoder.compare(request)
            means = Means(meanings=meaning.shared(compared, answer.question, own))
        return rate_answer(answer, own[0], rubric=said.asked.rubric, means=means)

    return rate


def with_encoder() -> dict[str, object] | None:
    """The cases that an English encoder has a say in; None where there is no encoder."""
    found = sentence_encoder(ModelSettings(cache=Settings().model_cache))
    if found is None:
        return None
    rate = rate_with(Encoder(Path(found.path)))
    own = [one for one in (*cases(), *fresh_cases()) if one.language != "zh"]
    return {"encoder": found.id, **document(examine(own, rate))}


def main(argv: list[str]) -> int:
    """Measure and report; 1 where a case is past its bound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks attacks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--keep", action="store_true", help="write the result file")
    options = parser.parse_args(argv)
    found = cases()
    before = report.cpu_seconds()
    outcomes = examine(found)
    result = {
        "benchmark": "attacks",
        "scorer": f"{SCORER_ID}@{SCORER_VERSION}",
        "directions": directions(found),
        "languages": by_language(outcomes),
        **document(outcomes),
        "fresh": document(examine(fresh_cases())),
        "with_encoder": with_encoder(),
        "cpu_seconds": round(report.cpu_seconds() - before, 2),
        **report.circumstances((), {}),
    }
    if options.keep:
        report.write("attacks", result)
    report.last_line(result)
    return 0 if outcomes.passed else 1
