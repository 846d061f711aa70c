"""The capacity benchmark tells the largest step that passed, and the README's table follows it."""

from __future__ import annotations

import pytest

from benchmarks.capacity import outcome
from benchmarks.table import BEGIN, END, put, table


def step(sessions: int, *, passed: bool) -> dict[str, object]:
    metrics = {
        "caption_p95": sessions / 10,
        "failed": 0,
        "recording_lost": 0.0,
        "server_cpu": 50.0,
        "server_cpu_front": 20.0,
        "server_cpu_workers": 30.0,
        "generator_cpu": 6.0,
        "server_rss": 700.0,
        "faces_per_second": 2.0,
        "others_cpu": 0.1,
    }
    wrong = [] if passed else ["caption_p95>1.5s"]
    return {
        "sessions": sessions,
        "passed": passed,
        "violations": wrong,
        "engine": "engine-x",
        "metrics": metrics,
    }


def test_the_largest_step_that_passed_counts() -> None:
    steps = [step(4, passed=True), step(16, passed=False), step(8, passed=True)]
    found = outcome(steps)
    assert (found["sessions"], found["caption_p95_s"]) == (8, 0.8)
    assert found["first_failed"] == {"sessions": 16, "violations": ["caption_p95>1.5s"]}


def test_no_step_passed_is_told_as_none_held() -> None:
    assert outcome([step(4, passed=False)])["sessions"] == 0


def test_the_table_replaces_what_lies_between_the_marks() -> None:
    entry = {
        **outcome([step(8, passed=True), step(16, passed=False)]),
        "searches": [8, 7],
        "machine": {"cores": 2, "cpu": "Some CPU", "memory_gib": 23.5},
        "commit": "0123456789",
    }
    written = put(f"above\n{BEGIN}\nold\n{END}\nbelow\n", table({"engines": {"engine-x": entry}}))
    assert "old" not in written
    assert "| engine-x | 7–8 | 8, 7 | 0.80 s | 50 ms/s | 10 % |" in written
    assert written.startswith("above")
    assert written.endswith("below\n")


def test_a_readme_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        put("nothing here", "x")
