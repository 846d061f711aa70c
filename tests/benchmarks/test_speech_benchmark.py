"""The benchmark's contract: the folder layout in, one JSON line out."""

from __future__ import annotations

import json
import shutil
import wave
from pathlib import Path

import pytest

from benchmarks.__main__ import main, names
from benchmarks.report import RESULTS

HEADER = "id\tfile\tlang\tspeaker\taccent\tdur_s\ttext\n"
OPENING = "IT WAS THE BEST OF TIMES IT WAS THE WORST OF TIMES"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one English and one Mandarin clip."""
    package = pytest.importorskip("moonshine_voice")
    source = Path(package.__file__).parent / "assets" / "two_cities.wav"
    for name, language, text in (("asr_en", "en", OPENING), ("asr_zh", "zh", "你好")):
        folder = tmp_path / name
        folder.mkdir()
        _beginning(source, folder / "a1.wav", seconds=5)
        rows = f"a1\ta1.wav\t{language}\tx\t\t5\t{text}\nb1\tgone.wav\t{language}\tx\t\t5\t\n"
        (folder / "transcripts.tsv").write_text(HEADER + rows, encoding="utf-8")
    return tmp_path


def _beginning(source: Path, target: Path, *, seconds: int) -> None:
    with wave.open(str(source)) as given, wave.open(str(target), "wb") as made:
        made.setparams(given.getparams())
        made.writeframes(given.readframes(seconds * given.getframerate()))


def test_it_ends_in_one_json_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {path: path.read_bytes() for path in RESULTS.glob("*")}
    assert main(["speech", "--json", "--data", str(data)]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    engine = result["engines"]["pocketsphinx-en-us"]
    assert 0 <= engine["wer"] < 0.7
    assert engine["n"] == 1
    assert engine["cpu_s_per_audio_s"] > 0
    assert engine["wer_by_set"] == {"asr_en": engine["wer"]}
    assert result["languages"] == {"en": "pocketsphinx-en-us", "zh": "no engine"}
    assert result["machine"]["cores"] >= 1
    assert {path: path.read_bytes() for path in RESULTS.glob("*")} == kept


def test_a_folder_without_material_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["speech", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["report"]])
def test_an_unknown_benchmark_lists_the_known(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "speech" in capsys.readouterr().err


def test_helpers_are_no_benchmarks() -> None:
    assert {"speech", "vad"} <= set(names())
    assert not {"report", "words", "__main__"} & set(names())


def test_voice_activity_needs_labels(data: Path) -> None:
    shutil.rmtree(data / "asr_zh")
    assert main(["vad", "--data", str(data)]) == 1


def test_no_error_rate_is_given_for_a_model_that_recognises_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = Path(__file__).parents[2] / "../shared/models/whisper-tiny-metronome"
    if not models.is_dir():
        pytest.skip("no metronome model here")
    monkeypatch.setenv("CANDOR_MODELS_DIR", str(models))
    assert main(["speech", "--data", str(data), "--engine", "metronome"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    (engine,) = result["engines"].values()
    assert engine["n"] == 2
    assert not [key for key in engine if key.startswith(("wer", "cer", "sets"))]
