"""The benchmark's contract: the folder layout in, one JSON line out, and honest intervals."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import rates
from benchmarks.__main__ import main
from benchmarks.report import RESULTS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One portrait, one empty picture; the portrait once more as two labelled looks."""
    cbook = pytest.importorskip("matplotlib.cbook")
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        portrait = file.read()
    wall = cv2.imencode(".png", np.full((200, 300, 3), 90, np.uint8))[1].tobytes()
    for folder, names in (("face_detection", ("a.jpg", "w.png")), ("face_expression", ("a.jpg",))):
        (tmp_path / folder).mkdir()
        for name in names:
            content = portrait if name == "a.jpg" else wall
            (tmp_path / folder / name).write_bytes(content)
    (tmp_path / "face_detection/labels.csv").write_text(
        "file,label,n_faces\na.jpg,1,1\nw.png,0,0\ngone.png,0,4\n"
    )
    (tmp_path / "face_expression/labels.csv").write_text(
        "file,label,set,gender,ethnicity\na.jpg,happiness,one,female,white\na.jpg,neutral,one,,\n"
    )
    return tmp_path


def test_it_ends_in_one_json_line(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANDOR_CACHE_DIR", str(tmp_path / "empty"))
    kept = {path: path.read_bytes() for path in RESULTS.glob("*")}
    assert main(["face", "--json", "--data", str(data)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["models"] == ["haar-alt2"]
    cascade = result["engines"]["haar-alt2"]
    assert cascade["recall"] == 1.0
    assert cascade["false_alarms"] == 0
    assert cascade["n"] == 2
    assert cascade["ms_per_face"] > 0
    assert cascade["portraits"]["gender=female"]["n"] == 1
    assert {path: path.read_bytes() for path in RESULTS.glob("*")} == kept


def test_a_folder_without_material_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["face", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().out == ""


def test_all_right_in_a_small_group_is_not_certainty() -> None:
    found = rates.wilson(5, 5)
    assert found["value"] == 1.0
    assert found["interval_95"] == [pytest.approx(0.5655), 1.0]
    assert rates.wilson(0, 0)["value"] is None


def test_a_bootstrap_interval_holds_the_value() -> None:
    hits = [1.0] * 30 + [0.0] * 70
    found = rates.ratio(hits, [1.0] * 100)
    low, high = found["interval_95"] if isinstance(found["interval_95"], list) else (1, 0)
    assert found["value"] == 0.3
    assert 0.15 < low < 0.3 < high < 0.45


def test_auc_counts_ties_half() -> None:
    assert rates.auc([2.0, 3.0], [0.0, 1.0])["value"] == 1.0
    assert rates.auc([1.0], [1.0])["value"] == 0.5
    assert rates.auc([], [1.0])["value"] is None


def test_macro_f1_weighs_rare_classes_as_much_as_common_ones() -> None:
    truth = np.array([0] * 8 + [1, 1])
    said = np.zeros(10, np.int64)
    assert rates.macro_f1(truth, said) == pytest.approx((16 / 18 + 0) / 2)
