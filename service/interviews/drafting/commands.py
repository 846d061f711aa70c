"""`candor outline`: the draft of an interview on the command line, with what each line rests on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from service.outline.gate import judge
from service.outline.outline import Asked, Outline, draft
from service.outline.text import MAX_CHARS, is_chinese, readable
from service.outline.words import Citation
from service.usage import fail

MAX_BYTES = 4 * MAX_CHARS
SAID = {
    "zh": {
        "none": "没有读到可以提问的要求。",
        "job": "招聘启事",
        "cv": "简历",
        "probes": "可追问",
        "aside": "不可提问的内容",
        "formal": "凭材料核对，不在面试中提问",
        "level": "等级",
    },
    "en": {
        "none": "Nothing was found that a question could ask after.",
        "job": "advert",
        "cv": "CV",
        "probes": "ask on",
        "aside": "Not to be asked after",
        "formal": "Checked on paper, not asked",
        "level": "level",
    },
}


def outline(
    file: Annotated[Path, typer.Argument(help="a job description as text")],
    cv: Annotated[Path | None, typer.Option(help="the candidate's CV as text")] = None,
    language: Annotated[str, typer.Option(help="en or zh; else the description's own")] = "",
    jurisdiction: Annotated[str, typer.Option(help="CN, EU, US, US-IL ...; else strictest")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the whole draft as JSON")] = False,
) -> None:
    """Draft interview questions from a job description; each cites what it came from."""
    description = _text(file)
    made = draft(description, resume=_text(cv) if cv else "", jurisdiction=jurisdiction)
    if language not in {"", "en", "zh"}:
        fail("--language is en or zh.")
    chosen = language or ("zh" if is_chinese(readable(description)) else "en")
    if as_json:
        typer.echo(json.dumps(_document(made), ensure_ascii=False, indent=2))
    else:
        for line in _lines(made, chosen, jurisdiction):
            typer.echo(line)
    raise typer.Exit(0 if made.questions else 1)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError:
        fail(f"{path} cannot be read: give a text file.")
    if len(raw) > MAX_BYTES:
        fail(f"{path} is too long: a description or CV has at most {MAX_CHARS} characters.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    fail(f"{path} is no text: save it as UTF-8.")


def _document(made: Outline) -> dict[str, object]:
    return {
        "questions": [asdict(each) for each in made.questions],
        "competencies": [
            {
                "key": each.key,
                "name": asdict(each.name),
                "anchors": {str(level): asdict(words) for level, words in each.anchors},
            }
            for each in made.competencies
        ],
        "requirements": [asdict(each) for each in made.requirements],
        "set_aside": [asdict(each) for each in made.set_aside],
    }


def _lines(made: Outline, language: str, jurisdiction: str) -> Iterator[str]:
    said = SAID[language]
    if not made.questions:
        yield said["none"]
    names = {each.key: each.name.within(language) for each in made.competencies}
    for number, question in enumerate(made.questions, start=1):
        yield f"{number}. [{names[question.competency]}] {question.text.within(language)}"
        yield from _cited(question, said)
        for finding in judge(question.text.within(language), jurisdiction):
            yield f"   ! {finding.reason.within(language)}"
        yield ""
    for competency in made.competencies:
        yield names[competency.key]
        for level, words in competency.anchors:
            yield f"   {said['level']} {level}: {words.within(language)}"
    yield from _apart(
        said["aside"],
        [(e.citation, f": {e.reason.within(language)}") for e in made.set_aside],
        said=said,
    )
    formal = [(e.citation, "") for e in made.requirements if e.kind == "formal"]
    yield from _apart(said["formal"], formal, said=said)


def _cited(question: Asked, said: dict[str, str]) -> Iterator[str]:
    for citation in question.citations:
        yield f"   {_where(citation, said)}"
    if question.probes:
        yield f"   {said['probes']}: " + "; ".join(question.probes)


def _where(citation: Citation, said: dict[str, str]) -> str:
    span = citation.span
    return f"{said[citation.source]} {span.start}-{span.end}: “{citation.quote}”"


def _apart(
    title: str, rows: Sequence[tuple[Citation, str]], *, said: dict[str, str]
) -> Iterator[str]:
    if rows:
        yield ""
        yield title
    for citation, why in rows:
        yield f"   {_where(citation, said)}{why}"
