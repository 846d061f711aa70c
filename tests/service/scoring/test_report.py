"""The report: same input, same bytes, in every process."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from service.scoring.digest import canonical
from service.scoring.rater import rate_session
from service.scoring.ratings import SCORER_ID, SCORER_VERSION
from service.scoring.report import detail, to_json
from tests.service.scoring.material import CASES, answer, rubric

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
from service.scoring.rater import rate_session
from service.scoring.report import to_json
from tests.service.scoring.material import CASES, answer, rubric

for language, case in CASES:
    for rating in rate_session([answer(case.question, case.good)], rubric(language, case)):
        sys.stdout.buffer.write(to_json(rating) + b"\\n")
"""


def in_a_process(seed: str) -> bytes:
    env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env, cwd=ROOT, check=True, capture_output=True
    )
    return done.stdout


def test_processes_with_different_hash_seeds_give_the_same_bytes() -> None:
    first = in_a_process("1")
    assert first.count(b"\n") == len(CASES)
    assert in_a_process("4242") == first


def test_the_report_names_scorer_rubric_and_input() -> None:
    language, case = CASES[0]
    (rating,) = rate_session([answer(case.question, case.good)], rubric(language, case))
    report = json.loads(to_json(rating))
    assert (report["scorer_id"], report["scorer_version"]) == (SCORER_ID, SCORER_VERSION)
    assert report["rubric_version"] == "1"
    assert len(report["input_digest"]) == 64
    shown = sum(part["contribution"] for part in report["contributions"])
    assert shown == pytest.approx(report["score"], abs=1e-6)
    told = {part["feature"]: part for part in report["answers"][0]["contributions"]}
    assert told["structure"]["params"]["result"] == 1
    assert told["structure"]["key"] == "scoring.feature.structure"
    assert report == json.loads(canonical(detail(rating)))


def test_the_digest_changes_with_any_input() -> None:
    language, case = CASES[0]
    found = rubric(language, case)
    said = answer(case.question, case.good)
    changed = [
        (answer(case.question, case.good + " Yes."), found),
        (answer(case.question + "!", case.good), found),
        (said, replace(found, version="2")),
    ]
    digests = {rate_session([a], r)[0].input_digest for a, r in [(said, found), *changed]}
    assert len(digests) == 4


def test_numbers_have_one_form() -> None:
    assert canonical({"b": -0.0, "a": 0.1 + 0.2, "c": math.nan}) == b'{"a":0.3,"b":0.0,"c":null}'
    with pytest.raises(TypeError):
        canonical(object())
