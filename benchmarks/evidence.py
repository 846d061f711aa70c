"""Bundles that the verifier must agree with, bytes that it must miss, scores that must not move.

1. So many random interviews are rated, bundled and verified: all must agree.
2. In one bundle, and in its evidence.json alone, every byte is changed (one random bit each): the
   verifier must find every one.
3. So many interviews are rated in processes with other hash seeds: the bytes must be the same.

The last line is one JSON line with the result.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from benchmarks import report
from benchmarks.evidence_material import random_bundle, random_inputs
from service.proof.verify_bundle import Unreadable, verify
from service.scoring.rater import rate_session
from service.scoring.report import to_json

ROOT = Path(__file__).parent.parent
SEEDS = ("0", "1", "4242", "random")


def agreeing(count: int) -> dict[str, object]:
    """How many of `count` random bundles the verifier agrees with, and what it checked."""
    agreed, checks, size = 0, 0, 0
    for seed in range(count):
        data = random_bundle(seed)
        told = verify(data)
        agreed += not told.wrong
        checks += sum(told.counts.values())
        size += len(data)
    return {"bundles": count, "agreed": agreed, "checks": checks, "mean_bytes": size // count}


def flipping(seed: int) -> dict[str, dict[str, object]]:
    """Every byte of a bundle and of its evidence.json, changed one at a time."""
    whole = random_bundle(seed)
    with zipfile.ZipFile(BytesIO(whole)) as opened:
        inner = opened.read("evidence.json")
    return {name: _flipped(data) for name, data in (("zip", whole), ("evidence.json", inner))}


def _flipped(data: bytes) -> dict[str, object]:
    chance = random.Random(len(data))
    missed = [at for at in range(len(data)) if not _is_found(_changed(data, at, chance))]
    return {"bytes": len(data), "found": len(data) - len(missed), "missed_at": missed[:20]}


def _changed(data: bytes, at: int, chance: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def _is_found(data: bytes) -> bool:
    try:
        return bool(verify(data).wrong)
    except Unreadable:
        return True


def rescored(count: int) -> dict[str, object]:
    """The digest of `count` interviews' ratings in each of several processes."""
    digests: dict[str, str] = {}
    for seed in SEEDS:
        command = [sys.executable, "-m", "benchmarks", "evidence", "--rescore", str(count)]
        env = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        digests[seed] = done.stdout.strip()
    same = len(set(digests.values())) == 1
    return {"interviews": count, "processes": len(SEEDS), "same": same, "sha256": digests[SEEDS[0]]}


def _rated(count: int) -> Iterator[bytes]:
    for seed in range(count):
        found = random_inputs(random.Random(seed))
        for rating in rate_session(found.answers, found.rubric):
            yield to_json(rating)


def digest_of(count: int) -> str:
    """sha256 (hex) over the ratings of `count` random interviews."""
    whole = hashlib.sha256()
    for rating in _rated(count):
        whole.update(rating)
    return whole.hexdigest()


def main(argv: list[str]) -> int:
    """Measure and report; 1 where anything was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks evidence", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--bundles", type=int, default=1000)
    parser.add_argument("--keep", action="store_true", help="write the result file")
    parser.add_argument("--rescore", type=int, help="print the digest of so many and end")
    options = parser.parse_args(argv)
    if options.rescore:
        sys.stdout.write(digest_of(options.rescore) + "\n")
        return 0
    found = agreeing(options.bundles)
    report.progress(f"{found['agreed']} of {found['bundles']} bundles agree")
    flips = flipping(seed=0)
    report.progress(f"changed bytes: {flips}")
    again = rescored(options.bundles)
    head = report.circumstances((), {"bundles": options.bundles})
    result = {
        "benchmark": "evidence",
        "agreeing": found,
        "flipping": flips,
        "rescored": again,
        "cpu_seconds": round(report.cpu_seconds(), 1),
        **head,
    }
    if options.keep:
        report.write("evidence", result)
    report.last_line(result)
    is_whole = all(not each["missed_at"] for each in flips.values())
    return 0 if found["agreed"] == found["bundles"] and is_whole and again["same"] else 1
