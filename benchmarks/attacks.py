"""How the scorer stands attacks and changes that must not move it: the cases of `candor gate`.

Ends in one JSON line: per family the bound, the number of cases, how many went past it, the value
furthest out and the mean; and every failing case by its id.
"""

from __future__ import annotations

import argparse

from benchmarks import report
from service.assay.build import cases
from service.assay.cases import BOUNDS, Case, Rule
from service.assay.commands import document
from service.assay.gate import Report, examine
from service.scoring.ratings import SCORER_ID, SCORER_VERSION


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
        "cpu_seconds": round(report.cpu_seconds() - before, 2),
        **report.circumstances((), {}),
    }
    if options.keep:
        report.write("attacks", result)
    report.last_line(result)
    return 0 if outcomes.passed else 1
