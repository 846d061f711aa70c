"""The README's capacity table is the one of the result file."""

from __future__ import annotations

from benchmarks.table import main


def test_the_readme_follows_the_result_file() -> None:
    assert main(["--check"]) == 0
