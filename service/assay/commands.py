"""`candor gate`: the attacks and metamorphic cases, run against the scorer in force."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.assay.build import cases
from service.assay.cases import BOUNDS
from service.assay.gate import Report, examine

SIGNS = {"level": "≤ {:g}", "drift": "± {:g}", "rise": "≤ +{:g}", "better": "> {:g}"}


def gate(
    as_json: Annotated[bool, typer.Option("--json", help="print everything as JSON")] = False,
    most: Annotated[int, typer.Option(help="failing cases to list")] = 20,
) -> None:
    """Attack the scorer: exit code 1 where a case goes past its bound."""
    report = examine(cases())
    if as_json:
        typer.echo(json.dumps(document(report), ensure_ascii=False, indent=2))
    else:
        _show(report, most)
    raise typer.Exit(0 if report.passed else 1)


def document(report: Report) -> dict[str, object]:
    """The report as JSON values: families with their bounds, failing cases."""
    return {
        "cases": len(report.outcomes),
        "failures": len(report.failures),
        "families": {
            tally.family.value: {
                "rule": BOUNDS[tally.family].rule.value,
                "limit": BOUNDS[tally.family].limit,
                "cases": tally.cases,
                "failures": tally.failures,
                "worst": round(tally.worst, 4),
                "mean": round(tally.mean, 4),
            }
            for tally in report.tallies()
        },
        "failing": [
            {
                "id": one.case.id,
                "value": round(one.value, 4),
                "score": round(one.score, 4),
                "said": one.case.said.text,
            }
            for one in report.failures
        ],
    }


def _show(report: Report, most: int) -> None:
    out = Console()
    table = Table("family", "bound", "cases", "past it", "worst", "mean")
    for tally in report.tallies():
        bound = BOUNDS[tally.family]
        table.add_row(
            tally.family.value,
            SIGNS[bound.rule.value].format(bound.limit),
            str(tally.cases),
            str(tally.failures),
            f"{tally.worst:+.2f}",
            f"{tally.mean:+.2f}",
        )
    out.print(table)
    for one in sorted(report.failures, key=lambda one: -one.excess)[:most]:
        out.print(f"{one.case.id}: {one.value:+.2f}", highlight=False)
    whole = len(report.outcomes)
    out.print(
        f"{whole} cases, all within their bounds."
        if report.passed
        else f"{len(report.failures)} of {whole} cases are past their bounds."
    )
