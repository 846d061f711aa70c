"""The benchmark of the review's routes: its figures, and one result of several runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import api, report


def test_a_row_holds_percentiles_and_the_servers_cpu_per_request() -> None:
    row = api._row([float(n) for n in range(1, 102)], cpu=1.01)
    assert row == {"n": 101, "p50_ms": 51.0, "p95_ms": 96.0, "p99_ms": 100.0, "cpu_ms": 10.0}


@pytest.mark.parametrize(("sessions", "kept"), [(10, {"sqlite", "postgresql"}), (20, {"sqlite"})])
def test_runs_of_one_kind_share_a_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sessions: int, kept: set[str]
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    before = {
        "settings": {"sessions": 10},
        "databases": {"postgresql": {"queue_p95_ms": 90.0}},
    }
    (tmp_path / "api.json").write_text(json.dumps(before), encoding="utf-8")
    now: dict[str, object] = {
        "settings": {"sessions": sessions},
        "queue_p95_ms": 50.0,
        "databases": {"sqlite": {"queue_p95_ms": 50.0}},
    }
    found = api._beside(now)
    assert set(found["databases"]) == kept  # type: ignore[call-overload]
    assert found["queue_p95_ms"] == (90.0 if len(kept) == 2 else 50.0)
