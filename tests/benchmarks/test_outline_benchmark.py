"""The outline benchmark: its marks fit their texts, and its counting is right."""

from __future__ import annotations

import hashlib
import json

import pytest

from benchmarks.outline import CASES, DEFAULT_DATA, Advert, Tally, adverts, count, gate, held
from service.outline.outline import draft
from service.outline.words import Span

TEXT = "Requirements\n- Knowledge of bread\n- Two years of experience with ovens\n"
MARKS = json.loads((CASES / "outline_marks.json").read_text(encoding="utf-8"))["adverts"]


def test_there_are_thirty_marked_adverts_without_their_text() -> None:
    assert len(MARKS) >= 30
    assert all(len(mark["key"]) <= 30 for each in MARKS for mark in each["must_haves"])
    assert all(
        set(each) == {"id", "file", "row", "sha256", "held_back", "must_haves"} for each in MARKS
    )


@pytest.mark.skipif(not (DEFAULT_DATA / "outline").is_dir(), reason="the adverts are not here")
def test_every_mark_is_of_the_text_it_was_made_on() -> None:
    by_name = {advert.name: advert for advert in adverts(DEFAULT_DATA)}
    for each in MARKS:
        text = by_name[each["id"]].text
        for mark in each["must_haves"]:
            piece = text[mark["start"] : mark["end"]].encode()
            assert hashlib.sha256(piece).hexdigest()[:16] == mark["sha256"]


def test_a_mark_is_covered_from_half_of_it_on() -> None:
    assert held(Span(0, 10), set(range(5)))
    assert not held(Span(0, 10), set(range(4)))


def test_an_outline_is_counted() -> None:
    tally = Tally()
    at = TEXT.index("Knowledge")
    marks = (Span(at, at + 18), Span(0, 12))  # the second is a heading: nothing cites it
    count(Advert("bread", "own", TEXT, marks), draft(TEXT), tally)
    assert (tally.marked, tally.covered, tally.quoted) == (2, 1, 1)
    assert tally.questions == tally.citing > 0
    assert 0 < tally.to_the_point < tally.cited


def test_the_gate_is_counted_by_what_was_expected() -> None:
    rows = [
        ("unlawful", "Are you pregnant?"),
        ("unlawful", "Describe a plan you made."),
        ("vague", "Are you good?"),
        ("good", "Describe a plan you made and what came of it."),
        ("good", "Are you good with people?"),
    ]
    found = gate(
        [
            {"id": "", "language": "en", "expect": e, "code": "", "text": t, "part": ""}
            for e, t in rows
        ]
    )
    values = {key: found[key]["value"] for key in ("recall", "unlawful_refused", "false_alarms")}  # type: ignore[index]
    assert values == {"recall": 0.6667, "unlawful_refused": 0.5, "false_alarms": 0.5}
