"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("service", "models", "benchmarks", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES, MOST_TEST_LINES, MOST_FUNCTION = 500, 700, 60


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_and_function_lengths(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    limit = MOST_TEST_LINES if path in TESTS else MOST_LINES
    assert len(text.splitlines()) <= limit
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MOST_FUNCTION, f"{node.name} has {length} lines"
