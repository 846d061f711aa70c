"""The verifier agrees with untouched bundles, and finds whatever was touched."""

from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from benchmarks.evidence_material import random_bundle, receipt_of
from service.proof import archive
from service.proof.replay import NotABundle, Verdict, replayed
from service.proof.verify_bundle import Told, Unreadable, canonical, event_hash, read, verify

VERIFIER = Path(archive.__file__).with_name("verify_bundle.py")
Forgery = Callable[[dict[str, object]], None]


def run(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """The verifier as a stranger runs it: no environment, no site packages, no project."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def find_rated(seed: int = 0) -> tuple[int, bytes]:
    """A bundle with a score in it."""
    while True:
        data = random_bundle(seed)
        if any(rating["score"] for rating in evidence(data)["core"]["ratings"]):
            return seed, data
        seed += 1


def evidence(data: bytes) -> dict[str, dict[str, list[dict[str, object]]]]:
    found: dict[str, dict[str, list[dict[str, object]]]] = read(data, Told())
    return found


def is_found(data: bytes) -> bool:
    try:
        return bool(verify(data).wrong)
    except Unreadable:
        return True


@pytest.mark.parametrize("seed", range(25))
def test_it_agrees_with_bundles_of_all_kinds(seed: int) -> None:
    assert verify(random_bundle(seed)).wrong == []


def test_a_bundle_is_the_same_bytes_every_time() -> None:
    assert random_bundle(3) == random_bundle(3)


def test_any_single_changed_byte_is_found_in_either_file() -> None:
    """A sample; benchmarks/evidence.py goes through every byte."""
    _, data = find_rated()
    with zipfile.ZipFile(BytesIO(data)) as opened:
        inner = opened.read("evidence.json")
    chance = random.Random(5)
    for whole in (data, inner):
        for place in chance.sample(range(len(whole)), 120):
            changed = bytearray(whole)
            changed[place] ^= 1 << chance.randrange(8)
            assert is_found(bytes(changed)), place
        for place in (1, len(whole) // 2, len(whole) - 1):
            assert is_found(whole[:place]), "cut short"
            assert is_found(whole[:place] + b" " + whole[place:]), "grown"


def resealed(data: bytes, forge: Forgery) -> list[str]:
    """What is still found after a forger made the seal and all files anew."""
    core = evidence(data)["core"]
    forge(core)
    session_id = str(core["session"]["id"])  # type: ignore[call-overload]
    receipt = receipt_of(core, session_id, random.Random(1))  # type: ignore[arg-type]
    return verify(archive.pack(core, receipt)).wrong  # type: ignore[arg-type]


def rated(core: dict[str, object]) -> dict[str, object]:
    return next(r for r in core["ratings"] if r["score"] is not None)  # type: ignore[attr-defined, no-any-return]


def answer_of(core: dict[str, object]) -> dict[str, object]:
    answers = rated(core)["detail"]["answers"]  # type: ignore[index]
    return next(a for a in answers if a["score"] is not None)  # type: ignore[no-any-return]


def raise_score(core: dict[str, object]) -> None:
    for one in (rated(core), rated(core)["detail"]):
        one["score"] += 0.01  # type: ignore[index, operator]


def raise_level(core: dict[str, object]) -> None:
    rating = rated(core)
    level = 5 if rating["level"] != 5 else 4
    for one in (rating, rating["detail"]):
        one["level"] = level  # type: ignore[index]
    for event in core["audit"]["events"]:  # type: ignore[index]
        if event["subject"] == f"rating:{rating['id']}":
            event["detail"]["level"] = level
            event["hash"] = event_hash(event)


def raise_feature(core: dict[str, object]) -> None:
    part = answer_of(core)["contributions"][1]  # type: ignore[index]
    part["value"] = 0.0 if part["value"] > 0.5 else 1.0


def narrow(core: dict[str, object]) -> None:
    answer_of(core)["low"] = answer_of(core)["score"]


def reweigh(core: dict[str, object]) -> None:
    core["score_maps"][0]["curves"][0]["heights"][1] += 1.0  # type: ignore[index]


def reword(core: dict[str, object]) -> None:
    said = next(a["utterances"][0] for a in core["answers"] if a["utterances"])  # type: ignore[attr-defined]
    said["text"] = "I saved the company."


def reanchor(core: dict[str, object]) -> None:
    core["rubric"]["competencies"][0]["anchors"][2]["text"] = "Is there."  # type: ignore[index]


def drop_event(core: dict[str, object]) -> None:
    core["audit"]["events"].pop(0)  # type: ignore[index]


def misquote(core: dict[str, object]) -> None:
    core["ratings"][0]["evidence"] = [{"utterance_id": "u", "quote": "I did it all"}]  # type: ignore[index]


def drop_detail(core: dict[str, object]) -> None:
    del core["ratings"][0]["detail"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (raise_score, "recomputed"),
        (raise_level, "is not the level of"),
        (raise_feature, "recomputed"),
        (narrow, "interval"),
        (reweigh, "score map"),
        (reword, "other words"),
        (reanchor, "other words"),
        (drop_event, "not on record"),
        (misquote, "not in the transcript"),
        (drop_detail, "missing or of the wrong kind"),
    ],
)
def test_a_forger_who_seals_again_is_found_by_recomputing(forge: Forgery, said: str) -> None:
    assert any(said in sentence for sentence in resealed(find_rated()[1], forge))


def test_a_reason_that_is_not_the_one_on_record_is_found() -> None:
    def forge(core: dict[str, object]) -> None:
        rating = core["ratings"][0]  # type: ignore[index]
        event = dict(core["audit"]["events"][-1])  # type: ignore[index]
        event |= {"seq": event["seq"] + 5, "tag": "hr:rating:override"}
        event["detail"] = {"reason_sha256": "ab" * 32, "to": rating["level"]}
        event["subject"] = f"rating:{rating['id']}"
        event["hash"] = event_hash(event)
        core["audit"]["events"].append(event)  # type: ignore[index]

    (wrong,) = resealed(find_rated()[1], forge)
    assert wrong.startswith("people: the reason")


def test_a_stranger_runs_it_with_python_alone(tmp_path: Path) -> None:
    _, data = find_rated()
    path = tmp_path / "bundle.zip"
    path.write_bytes(data)
    fine = run(path)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert "Everything agrees." in fine.stdout
    receipt = evidence(data)["receipt"]
    assert str(receipt["hash"]) in fine.stdout
    assert run(path, "--head", str(receipt["hash"])).returncode == 0
    other = run(path, "--head", "00" * 32)
    assert other.returncode == 1
    assert "--head" in other.stdout
    path.write_bytes(data.replace(b'"level":', b'"leveL":', 1))
    assert run(path).returncode in {1, 2}
    path.write_bytes(b"PK nothing of the sort")
    broken = run(path)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert "damaged" in broken.stderr
    assert run(tmp_path / "none.zip").returncode == 2


def test_the_verifier_in_the_bundle_is_the_one_of_the_project() -> None:
    with zipfile.ZipFile(BytesIO(random_bundle(0))) as opened:
        assert opened.read("verify_bundle.py") == VERIFIER.read_bytes()
        assert set(opened.namelist()) == {"README.txt", "evidence.json", "verify_bundle.py"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"core":{}}',
        b'{"core":{"format":"candor-evidence/2"}}',
        b"[" * 100_000,
        b'{"core":{"format":NaN}}',
        "{“core”: 1}".encode(),
    ],
)
def test_what_is_no_bundle_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Unreadable):
        verify(data)
    with pytest.raises(NotABundle):
        replayed(data)


def test_the_scorer_run_again_on_the_words_gives_the_same_bytes() -> None:
    _, data = find_rated()
    assert {verdict for _, verdict in replayed(data)} == {Verdict.SAME}


def test_features_that_the_words_do_not_give_are_found_by_replaying() -> None:
    """Arithmetic cannot see it: feature, contribution and score were changed alike."""
    found = evidence(find_rated()[1])
    rating = rated(found["core"])  # type: ignore[arg-type]
    rating["detail"]["answers"][0]["weight"] = 0.123  # type: ignore[index]
    verdicts = [verdict for _, verdict in replayed(canonical(found) + b"\n")]
    assert Verdict.DIFFERS in verdicts


def test_scores_are_the_same_bytes_whatever_the_hash_seed() -> None:
    """A sample; benchmarks/evidence.py does it a thousand times over."""
    code = (
        "import hashlib\n"
        "from service.assay.build import cases\n"
        "from service.assay.gate import rate_plainly\n"
        "from service.scoring.digest import canonical\n"
        "said = [case.said for case in cases()[::20]]\n"
        "found = canonical([rate_plainly(one) for one in said])\n"
        "print(hashlib.sha256(found).hexdigest())\n"
    )
    root = Path(__file__).parents[3]
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    (one,) = told
    assert len(one.strip()) == 64
