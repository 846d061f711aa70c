"""What a CTranslate2 Whisper folder must hold, checked without loading it (milliseconds)."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
MULTILINGUAL = 51_865  # tokens; the English-only models have one less (CTranslate2's own rule)
FETCH_AGAIN = "fetch or convert it again"


class WeightsError(Exception):
    """A model cannot be had or used; the message is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class WhisperFolder:
    """A complete folder. `languages` is empty where the model knows many."""

    path: Path
    name: str
    languages: tuple[str, ...]
    size_mb: float


def is_whisper(folder: Path) -> bool:
    """Whether this looks like a CTranslate2 folder, whole or not."""
    return (folder / "model.bin").is_file()


def inspect(folder: Path) -> WhisperFolder:
    """The folder's facts. WeightsError when a file is missing, cut short or of another kind."""
    _require(folder)
    weights = folder / "model.bin"
    try:
        with weights.open("rb") as file:
            end = _end_of_weights(file)
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        message = f"{weights} is not a CTranslate2 Whisper model ({error}): {FETCH_AGAIN}."
        raise WeightsError(message) from None
    size = weights.stat().st_size
    if size < end:
        missing = f"{weights} is cut short ({size:,} of at least {end:,} bytes)"
        raise WeightsError(f"{missing}: {FETCH_AGAIN}.")
    languages = () if _vocabulary_size(folder) >= MULTILINGUAL else ("en",)
    return WhisperFolder(folder, _name(folder), languages, size / 1e6)


def _require(folder: Path) -> None:
    missing = [
        name
        for name in ("model.bin", "config.json", "tokenizer.json")
        if not (folder / name).is_file()
    ]
    if not any((folder / name).is_file() for name in VOCABULARIES):
        missing.append("vocabulary.json")
    if missing:
        names = ", ".join(missing)
        raise WeightsError(f"{folder} is incomplete, {names} missing: copy the whole model folder.")


def _end_of_weights(file: BinaryIO) -> int:
    """Walk CTranslate2's format (versions 4 and later) by its headers; the last tensor's end."""
    (version,) = _read(file, "<I")
    if not 4 <= version <= 99:
        raise ValueError(f"format version {version}")
    name = _string(file)
    if name != "WhisperSpec":
        raise ValueError(f"it holds {name[:40]!r}")
    _revision, count = _read(file, "<II")
    if not 0 < count < 100_000:
        raise ValueError(f"{count} tensors")
    end = 0
    for _ in range(count):
        _string(file)
        (rank,) = _read(file, "<B")
        file.seek(4 * rank, 1)
        _dtype, length = _read(file, "<BI")
        end = file.seek(length, 1)
    return end


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _string(file: BinaryIO) -> str:
    (length,) = _read(file, "<H")
    return file.read(length).rstrip(b"\0").decode()


def _vocabulary_size(folder: Path) -> int:
    file = next(folder / name for name in VOCABULARIES if (folder / name).is_file())
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".txt":
        return text.count("\n")
    try:
        return len(json.loads(text))
    except (ValueError, TypeError):
        raise WeightsError(f"{file} is damaged: {FETCH_AGAIN}.") from None


def _name(folder: Path) -> str:
    """The folder's own name; in a hub cache, the repository's."""
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.rpartition("--")[2]
    return folder.resolve().name
