"""How much of what adverts demand the outline asks after, and how well the question gate judges.

Adverts: `tests/data/outline_marks.json` marks must-haves by hand; the texts lie in a folder
`outline` of the data and are found by file, row and sha256. `tests/data/outline_own.json` holds
adverts written for this project, most of them Chinese. A must-have counts as covered when the spans
that questions cite hold at least half of its characters; as quoted, when a question's own words do.
Questions: `tests/data/question_cases.json`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from benchmarks import report
from benchmarks.rates import wilson
from service.outline.gate import judge
from service.outline.outline import NAMED, Outline, draft
from service.outline.words import Span

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "data"
DEFAULT_DATA = Path(os.environ.get("CANDOR_DATA", ROOT.parent / "shared" / "data"))
HALF = 0.5


class Mark(TypedDict):
    """A must-have: offsets in code points."""

    start: int
    end: int


class Case(TypedDict):
    """A question and what the gate should make of it: unlawful, vague or good."""

    id: str
    language: str
    expect: str
    code: str
    text: str
    part: str


@dataclass(frozen=True, slots=True)
class Advert:
    """An advert with its marks."""

    name: str
    part: str
    text: str
    marks: tuple[Span, ...]


@dataclass(slots=True)
class Tally:
    """Counts over the adverts of one part."""

    adverts: int = 0
    marked: int = 0
    covered: int = 0
    quoted: int = 0
    questions: int = 0
    citing: int = 0
    objected: int = 0
    cited: int = 0
    to_the_point: int = 0
    cited_chars: int = 0
    chars: int = 0


def adverts(data: Path) -> Iterator[Advert]:
    """The marked adverts whose very text is there, then our own."""
    csv.field_size_limit(10**7)
    document = json.loads((CASES / "outline_marks.json").read_text(encoding="utf-8"))
    rows: dict[str, list[list[str]]] = {}
    for entry in document["adverts"]:
        path = data / "outline" / entry["file"]
        if not path.is_file():
            continue
        if entry["file"] not in rows:
            with path.open(encoding="utf-8", newline="") as opened:
                rows[entry["file"]] = list(csv.reader(opened))
        text = rows[entry["file"]][entry["row"]][0]
        if hashlib.sha256(text.encode()).hexdigest() != entry["sha256"]:
            raise SystemExit(f"{entry['file']} row {entry['row']} is not the text that was marked")
        part = "held_back" if entry["held_back"] else "tuned"
        yield Advert(entry["id"], part, text, _spans(entry["must_haves"]))
    for entry in json.loads((CASES / "outline_own.json").read_text(encoding="utf-8")):
        yield Advert(entry["title"], "own", entry["text"], _spans(entry["must_haves"]))


def _spans(marks: Sequence[Mark]) -> tuple[Span, ...]:
    return tuple(Span(mark["start"], mark["end"]) for mark in marks)


def held(span: Span, chars: set[int]) -> bool:
    """Whether at least half of a span lies in `chars`."""
    inside = sum(at in chars for at in range(span.start, span.end))
    return inside >= HALF * (span.end - span.start)


def count(advert: Advert, made: Outline, tally: Tally) -> None:
    """Add one advert's outline to the counts of its part."""
    cited: set[int] = set()
    quoted: set[int] = set()
    tally.adverts += 1
    for question in made.questions:
        spans = [each.span for each in question.citations if each.source == "job"]
        tally.questions += 1
        tally.citing += bool(spans)
        tally.objected += bool(judge(question.text.en) or judge(question.text.zh))
        for index, span in enumerate(spans):
            cited.update(range(span.start, span.end))
            if index < NAMED:
                quoted.update(range(span.start, span.end))
            tally.cited += 1
            tally.to_the_point += any(
                m.start < span.end and span.start < m.end for m in advert.marks
            )
    tally.marked += len(advert.marks)
    tally.covered += sum(held(mark, cited) for mark in advert.marks)
    tally.quoted += sum(held(mark, quoted) for mark in advert.marks)
    tally.cited_chars += len(cited)
    tally.chars += len(advert.text)


def outlines(data: Path) -> dict[str, object]:
    """Coverage per part, and what a draft costs."""
    tallies: dict[str, Tally] = {}
    lengths: list[int] = []
    begun = time.process_time()
    for advert in adverts(data):
        made = draft(advert.text)
        lengths.append(len(made.questions))
        for part in (advert.part, "all_public" if advert.part != "own" else ""):
            if part:
                count(advert, made, tallies.setdefault(part, Tally()))
    cpu = time.process_time() - begun
    return {
        **{part: _summary(tally) for part, tally in tallies.items()},
        "questions_per_outline": {"least": min(lengths), "most": max(lengths)},
        "cpu_ms_per_advert_with_counting": round(1000 * cpu / len(lengths), 1),
    }


def _summary(tally: Tally) -> dict[str, object]:
    return {
        "adverts": tally.adverts,
        "must_haves_covered": wilson(tally.covered, tally.marked),
        "must_haves_quoted_in_the_question": wilson(tally.quoted, tally.marked),
        "questions_that_cite": wilson(tally.citing, tally.questions),
        "questions_the_gate_objects_to": wilson(tally.objected, tally.questions),
        "citations_that_touch_a_must_have": wilson(tally.to_the_point, tally.cited),
        "share_of_the_text_cited": round(tally.cited_chars / max(tally.chars, 1), 4),
    }


def gate(cases: Sequence[Case]) -> dict[str, object]:
    """Recall and false alarms: unlawful must be refused, vague flagged, good left alone."""
    counts = {expect: [0, 0] for expect in ("unlawful", "vague", "good")}
    flagged = 0
    for case in cases:
        found = judge(case["text"])
        refused = any(each.refused for each in found)
        hit = refused if case["expect"] == "unlawful" else bool(found)
        flagged += case["expect"] == "unlawful" and bool(found)
        counts[case["expect"]][0] += hit
        counts[case["expect"]][1] += 1
    bad = [sum(column) for column in zip(counts["unlawful"], counts["vague"], strict=True)]
    return {
        "recall": wilson(*bad),
        "unlawful_refused": wilson(*counts["unlawful"]),
        "unlawful_refused_or_warned": wilson(flagged, counts["unlawful"][1]),
        "vague_flagged": wilson(*counts["vague"]),
        "false_alarms": wilson(*counts["good"]),
    }


def gates() -> dict[str, object]:
    """The gate on each part and language of the cases, beside what fresh wordings first gave."""
    document = json.loads((CASES / "question_cases.json").read_text(encoding="utf-8"))
    cases: list[Case] = document["cases"]
    parts = list(dict.fromkeys(case["part"] for case in cases))
    begun = time.process_time()
    every = gate(cases)
    cpu = time.process_time() - begun
    planned = [case for case in cases if case["part"] in {"tuned", "held_back"}]
    return {
        "written_before_the_rules": gate(planned),
        **{part: gate([case for case in cases if case["part"] == part]) for part in parts},
        "every_part": every,
        "zh": gate([case for case in cases if case["language"] == "zh"]),
        "en": gate([case for case in cases if case["language"] == "en"]),
        "fresh_wordings_at_first_sight": first_looks(document["first_looks"]),
        "about": document["about"],
        "cpu_ms_per_question": round(1000 * cpu / len(cases), 2),
    }


def first_looks(looks: Sequence[dict[str, int]]) -> dict[str, object]:
    """What three rounds of other wordings gave before the rules learned from them."""
    return {
        str(look["part"]): {
            "unlawful_refused": wilson(look["unlawful_refused"], look["unlawful"]),
            "vague_flagged": wilson(look["vague_flagged"], look["vague"]),
            "false_alarms": wilson(look["good_flagged"], look["good"]),
        }
        for look in looks
    }


def main(argv: list[str]) -> int:
    """Measure and report; 1 when the adverts are not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks outline", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    options = parser.parse_args(argv)
    if not (options.data / "outline").is_dir():
        report.progress(f"nothing to measure: no folder {options.data / 'outline'}")
        return 1
    head = report.circumstances((), {"covered_from": HALF})
    result = {
        "benchmark": "outline",
        "outline": outlines(options.data),
        "question_gate": gates(),
        **head,
    }
    if options.data == DEFAULT_DATA:
        report.write("outline", result)
    report.last_line(result)
    return 0
