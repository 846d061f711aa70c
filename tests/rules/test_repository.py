"""What must never be committed: registry hosts, machine paths, weights."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTS = re.compile(
    r"files\.python" + r"hosted\.org|registry\.npm" + r"js\.org|deb\.deb" + r"ian\.org"
)
BIG = 1_000_000  # bytes


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_registry(tracked: list[Path]) -> None:
    guilty = [p.name for p in tracked if HOSTS.search(p.read_bytes().decode("utf-8", "replace"))]
    assert guilty == []


def test_no_large_or_binary_model_files(tracked: list[Path]) -> None:
    assert [p.name for p in tracked if p.stat().st_size > BIG] == []
    assert [p.name for p in tracked if p.suffix in {".onnx", ".bin", ".pt", ".wav", ".mp4"}] == []
