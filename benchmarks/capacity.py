"""How many whole interviews this machine holds: `candor loadtest --find-capacity`, as a benchmark.

Candidates and server share the machine. The engine is whatever the service finds: set
CANDOR_MODELS_DIR for another one; `--language zh` without an engine for it is a run with
transcription off. Each engine keeps its own entry in `results/capacity.json`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import report

FAIL_IF = "caption_p95>1.5s,failed>0,recording_lost>1s"
FAIL_IF_SILENT = "failed>0,recording_lost>1s"  # nothing is transcribed, so no caption can be late
Json = dict[str, Any]


def parse(argv: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks capacity", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line")
    parser.add_argument("--start", type=int, default=4)
    parser.add_argument("--most", type=int, default=96)
    parser.add_argument("--duration", default="40s")
    parser.add_argument("--runs", type=int, default=1, help="searches, to see how far they differ")
    parser.add_argument("--language", choices=["en", "zh"], default="en")
    parser.add_argument("--fail-if", default="")
    parser.add_argument("--clip", action="append", default=[], help="a clip; may be repeated")
    return parser.parse_args(argv)


def search(options: argparse.Namespace, fail_if: str, folder: Path) -> Json:
    """One search in a process of its own; the load tester's document."""
    path = folder / "report.json"
    command = [
        *(sys.executable, "-m", "service", "loadtest", "--find-capacity", "--shallow"),
        *("--start", str(options.start), "--most", str(options.most)),
        *("--duration", options.duration, "--language", options.language),
        *("--fail-if", fail_if, "--json", str(path), "--out", str(folder)),
        *(part for clip in options.clip for part in ("--clip", clip)),
    ]
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    if done.returncode == 2 or not path.is_file():
        raise SystemExit("The load tester could not run: see above.")
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def outcome(steps: Sequence[Mapping[str, Any]]) -> Json:
    """The largest step that passed, told in the benchmark's names; 0 sessions if none did."""
    passed = [step for step in steps if step["passed"]]
    failed = [step for step in steps if not step["passed"]]
    if not passed:
        return {"sessions": 0, "first_failed": _why(failed), "engine": steps[0]["engine"]}
    best = max(passed, key=lambda step: step["sessions"])
    found = best["metrics"]
    return {
        "sessions": best["sessions"],
        "caption_p95_s": found["caption_p95"],
        "failed": found["failed"],
        "lost_recording_s": found["recording_lost"],
        "cpu_ms_per_session_s": found["server_cpu"],
        "front_ms_per_session_s": found["server_cpu_front"],
        "workers_ms_per_session_s": found["server_cpu_workers"],
        "generator_ms_per_session_s": found["generator_cpu"],
        "server_rss_mb": found["server_rss"],
        "faces_per_second": found["faces_per_second"],
        "others_cpu": found["others_cpu"],
        "first_failed": _why(failed),
        "engine": best["engine"] or "none (transcription off)",
    }


def _why(failed: Sequence[Mapping[str, Any]]) -> Json | None:
    if not failed:
        return None
    least = min(failed, key=lambda step: step["sessions"])
    return {"sessions": least["sessions"], "violations": least["violations"]}


def main(argv: list[str]) -> int:
    """Search, keep the result beside those of other engines, end in one JSON line."""
    options = parse(argv)
    fail_if = options.fail_if or (FAIL_IF_SILENT if options.language == "zh" else FAIL_IF)
    found: list[Json] = []
    for number in range(options.runs):
        report.progress(f"search {number + 1} of {options.runs}")
        with tempfile.TemporaryDirectory(prefix="candor-capacity-") as folder:
            found.append(outcome(search(options, fail_if, Path(folder))["steps"]))
    best = sorted(found, key=lambda one: one["sessions"])[(len(found) - 1) // 2]
    settings = {**vars(options), "fail_if": fail_if}
    settings.pop("json")
    packages = ["aiortc", "av", "faster-whisper", "pocketsphinx", "uvloop"]
    entry = {
        **best,
        "searches": [one["sessions"] for one in found],
        **report.circumstances(packages, settings),
    }
    path = report.RESULTS / "capacity.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    engines = {**kept.get("engines", {}), best["engine"]: entry}
    report.write("capacity", {"benchmark": "capacity", "engines": engines})
    if options.json:
        report.last_line({"benchmark": "capacity", **entry})
    return 0
