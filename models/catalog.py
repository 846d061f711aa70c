"""Every model we know: id, version, licence, checksum, labels, measured quality.

A model's constants live here and nowhere else. Cards with prose are in `models/cards/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a model is for."""

    VAD = "vad"
    TRANSCRIBER = "transcriber"
    FACE_DETECTOR = "face_detector"
    FACE_MESH = "face_mesh"
    IRIS = "iris"
    EXPRESSION = "expression"


@dataclass(frozen=True, slots=True)
class Entry:
    """One model. `source` is "package:<dist>", "npm:<package>" or "hub:<repo>@<revision>"."""

    id: str
    kind: Kind
    version: str
    licence: str
    source: str
    sha256: tuple[tuple[str, str], ...] = ()  # (file name, digest)
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    size_mb: float = 0.0
    is_fallback: bool = False
    quality: str = ""  # one measured or cited sentence, with where it was measured


# Speech: the models/speech owner adds entries here.
SPEECH: tuple[Entry, ...] = ()

# Faces: the models/face owner adds entries here.
FACES: tuple[Entry, ...] = ()


def entries() -> tuple[Entry, ...]:
    """All known models."""
    return SPEECH + FACES


def by_id(model_id: str) -> Entry:
    """The entry of that id; KeyError when unknown."""
    for entry in entries():
        if entry.id == model_id:
            return entry
    raise KeyError(model_id)
