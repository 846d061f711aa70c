"""Finding weights: the order of places, what is refused, and never a half-written model."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import time
from pathlib import Path

import pytest

from models import catalog, hub, weights
from models.catalog import Entry
from models.weights import ModelSettings, State, WeightsError, fetch, resolve, status
from tests.fixtures.ct2 import write_whisper

TINY = "faster-whisper-tiny"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whisper(tmp_path_factory.mktemp("made") / "my-tiny")


@pytest.fixture
def settings(tmp_path: Path) -> ModelSettings:
    return ModelSettings(cache=tmp_path / "cache", whisper_size="tiny")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def pinned(model: Path, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """The catalog's tiny, with the digests of a model that this machine can make."""
    names = ("config.json", "model.bin", "tokenizer.json", "vocabulary.json")
    sha256 = tuple((name, digest(model / name)) for name in names)
    entry = dataclasses.replace(catalog.by_id(TINY), sha256=sha256)
    speech = tuple(entry if known.id == TINY else known for known in catalog.SPEECH)
    monkeypatch.setattr(catalog, "SPEECH", speech)
    return entry


def state_of(settings: ModelSettings, model_id: str) -> State:
    return next(line.state for line in status(settings) if line.entry.id == model_id)


def test_offline_the_packaged_models_serve(settings: ModelSettings) -> None:
    plan = resolve(settings)
    assert [file.id for file in plan.transcribers] == ["pocketsphinx-en-us"]
    assert plan.transcriber_for("en") == plan.transcriber_for("") == plan.transcribers[0]
    assert plan.transcriber_for("zh") is None
    assert Path(plan.vad.path).is_file()
    assert plan.face_detector is not None
    assert plan.face_detector.id == "haar-alt2"
    assert plan.face_mesh is plan.iris is plan.expression is None


def test_a_folder_of_the_users_comes_first(settings: ModelSettings, model: Path) -> None:
    plan = resolve(dataclasses.replace(settings, folder=model))
    assert [file.id for file in plan.transcribers] == [
        "faster-whisper:my-tiny",
        "pocketsphinx-en-us",
    ]
    assert plan.transcriber_for("zh") == plan.transcribers[0]


def test_a_folder_may_hold_several_models(
    settings: ModelSettings, model: Path, tmp_path: Path
) -> None:
    for name in ("model-base", "model-tiny"):
        shutil.copytree(model, tmp_path / "many" / name)
    for size in ("tiny", "base"):
        chosen = dataclasses.replace(settings, folder=tmp_path / "many", whisper_size=size)
        assert resolve(chosen).transcribers[0].id == f"faster-whisper:model-{size}"


def test_an_english_only_model_serves_english_only(
    settings: ModelSettings, model: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(model, tmp_path / "tiny.en")
    tokens = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    (folder / "vocabulary.json").write_text(json.dumps(tokens[:-1]), encoding="utf-8")
    plan = resolve(dataclasses.replace(settings, folder=folder))
    assert plan.transcribers[0].languages == ("en",)
    assert plan.transcriber_for("zh") is None


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "vocabulary.json"])
def test_an_incomplete_folder_is_refused_by_name(
    settings: ModelSettings, model: Path, tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(model, tmp_path / "part")
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=f"{name} missing: copy"):
        resolve(dataclasses.replace(settings, folder=folder))


@pytest.mark.parametrize("kept", [0, 10, 5000, -1])
def test_weights_cut_short_are_refused(
    settings: ModelSettings, model: Path, tmp_path: Path, kept: int
) -> None:
    folder = shutil.copytree(model, tmp_path / "cut")
    content = (folder / "model.bin").read_bytes()
    kept = kept if kept >= 0 else len(content) // 2
    (folder / "model.bin").write_bytes(content[:kept])
    with pytest.raises(WeightsError, match="fetch or convert it again"):
        resolve(dataclasses.replace(settings, folder=folder))


@pytest.mark.parametrize("content", [b"\x80\x02}q\x00." * 50, b"<html>not found</html>" * 9])
def test_another_kind_of_file_is_refused(
    settings: ModelSettings, model: Path, tmp_path: Path, content: bytes
) -> None:
    folder = shutil.copytree(model, tmp_path / "other")
    (folder / "model.bin").write_bytes(content)
    with pytest.raises(WeightsError, match="not a CTranslate2 Whisper model"):
        resolve(dataclasses.replace(settings, folder=folder))


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_a_model_is_refused(
    settings: ModelSettings, tmp_path: Path, made: bool
) -> None:
    folder = tmp_path / "empty"
    if made:
        folder.mkdir()
    with pytest.raises(WeightsError, match="CANDOR_MODELS_DIR"):
        resolve(dataclasses.replace(settings, folder=folder))


def copier(source: Path) -> hub.Download:
    """A hub that has the files of `source`."""
    return lambda _repository, name, folder: shutil.copy(source / name, folder) and None


@pytest.mark.usefixtures("pinned")
def test_a_fetched_model_is_checked_and_then_found(settings: ModelSettings, model: Path) -> None:
    assert state_of(settings, TINY) is State.DOWNLOADABLE
    lines: list[str] = []
    folder = fetch(settings, TINY, download=copier(model), progress=lines.append)
    assert len(lines) == 4
    assert (folder / "model.bin").is_file()
    assert resolve(settings).transcribers[0].id == TINY
    assert state_of(settings, TINY) is State.READY
    assert fetch(settings, TINY, download=copier(Path("/nowhere"))) == folder


def test_a_download_that_differs_is_thrown_away(settings: ModelSettings, model: Path) -> None:
    with pytest.raises(WeightsError, match="differs from the catalog"):
        fetch(settings, TINY, download=copier(model))
    assert state_of(settings, TINY) is State.DOWNLOADABLE
    assert not (settings.cache / "whisper" / TINY).exists()


@pytest.mark.usefixtures("pinned")
def test_a_cached_model_changed_afterwards_is_refused_until_fetched_again(
    settings: ModelSettings, model: Path
) -> None:
    folder = fetch(settings, TINY, download=copier(model))
    resolve(settings)
    (folder / "config.json").write_text("{}")
    assert state_of(settings, TINY) is State.DOWNLOADABLE
    with pytest.raises(WeightsError, match=f"candor models fetch {TINY}"):
        resolve(settings)
    fetch(settings, TINY, download=copier(model))
    assert resolve(settings).transcribers[0].id == TINY


def test_the_hub_clients_own_cache_is_looked_into(
    settings: ModelSettings, model: Path, tmp_path: Path, pinned: Entry
) -> None:
    from huggingface_hub import constants

    repository, revision = hub.split(pinned.source)
    name = "models--" + repository.replace("/", "--")
    shutil.copytree(model, tmp_path / "hub" / name / "snapshots" / revision)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        found = resolve(settings).transcribers[0]
    assert found.id == TINY
    assert revision in found.path


@pytest.mark.usefixtures("pinned")
def test_weights_are_read_through_only_once(
    settings: ModelSettings, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(settings, TINY, download=copier(model))
    first = resolve(settings)

    def refuse(path: Path) -> str:
        raise AssertionError(path)

    monkeypatch.setattr(weights, "_digest", refuse)
    assert resolve(settings) == first


def test_a_hub_out_of_reach_is_one_sentence(
    settings: ModelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_ask", lambda _seconds: False)
    with pytest.raises(WeightsError, match="out of reach"):
        fetch(settings, "faster-whisper-base")


def test_a_hub_that_hangs_does_not_hold_up_the_start(
    settings: ModelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_ask", lambda _seconds: time.sleep(5) is None)
    began = time.monotonic()
    plan = resolve(dataclasses.replace(settings, allow_download=True))
    assert time.monotonic() - began < 2
    assert [file.id for file in plan.transcribers] == ["pocketsphinx-en-us"]


def test_the_hub_is_not_asked_unless_downloading_is_allowed(
    settings: ModelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setattr(hub, "in_reach", lambda seconds: bool(asked.append(seconds)))
    resolve(settings)
    status(settings)
    assert asked == []
    resolve(dataclasses.replace(settings, allow_download=True))
    assert len(asked) == 1


@pytest.mark.parametrize("unknown", ["faster-whisper-huge", "nonsense"])
def test_an_unknown_model_names_the_known_ones(settings: ModelSettings, unknown: str) -> None:
    with pytest.raises(WeightsError, match="faster-whisper-base"):
        fetch(settings, unknown)


def test_a_packaged_model_is_not_fetched(settings: ModelSettings) -> None:
    with pytest.raises(WeightsError, match="comes with the Python package faster-whisper"):
        fetch(settings, "silero-vad")


def face_file(settings: ModelSettings, name: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in the place of a converted face model, with its digest in the catalog."""
    path = settings.cache / "faces" / f"{name}.onnx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())
    pair = ((path.name, digest(path)),)
    changed = tuple(
        dataclasses.replace(entry, sha256=pair) if entry.id == name else entry
        for entry in weights.FACES
    )
    monkeypatch.setattr(weights, "FACES", changed)
    return path


def test_converted_face_models_are_found_by_id(
    settings: ModelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [face_file(settings, name, monkeypatch) for name in ("blazeface", "facemesh", "iris")]
    plan = resolve(settings)
    found = [plan.face_detector, plan.face_mesh, plan.iris]
    assert [file and file.path for file in found] == [str(path) for path in paths]


def test_a_face_model_with_another_digest_is_left_out(settings: ModelSettings) -> None:
    path = settings.cache / "faces" / "facemesh.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something else")
    assert resolve(settings).face_mesh is None


def test_where_expression_is_forbidden_its_file_is_never_touched(
    settings: ModelSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = face_file(settings, "emotion", monkeypatch)
    path.chmod(0)
    touched: list[Path] = []
    real = Path.is_file
    monkeypatch.setattr(Path, "is_file", lambda self: (touched.append(self), real(self))[1])
    assert resolve(settings).expression is None
    assert "emotion" not in [line.entry.id for line in status(settings)]
    assert path not in touched
    path.chmod(0o644)
    allowed = dataclasses.replace(settings, expression=True)
    assert resolve(allowed).expression is not None


def test_status_tells_fallbacks_from_the_real_thing(settings: ModelSettings, model: Path) -> None:
    lines = status(dataclasses.replace(settings, folder=model))
    states = {line.entry.id: line.state for line in lines}
    assert states["faster-whisper:my-tiny"] is State.READY
    assert states["silero-vad"] is State.READY
    assert states["pocketsphinx-en-us"] is State.FALLBACK
    assert states["haar-alt2"] is State.FALLBACK
    assert states["faster-whisper-base"] is State.DOWNLOADABLE
    assert states["blazeface"] is State.DOWNLOADABLE
