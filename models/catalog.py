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

# Faces: of one kind, the first that is at hand is used. What comes from npm is converted at
# set-up by `models.face.convert`, hence the digests of its sources beside the result's.
_HUMAN = "npm:@vladmandic/human"
FACES: tuple[Entry, ...] = (
    Entry(
        id="blazeface",
        kind=Kind.FACE_DETECTOR,
        version="3.3.6",
        licence="Apache-2.0",
        source=_HUMAN,
        sha256=(
            ("blazeface.onnx", "00c771920ff630974f8fb6ec95fa8e178b45ad90ab032dceb1995d5eb9235fa3"),
            ("blazeface.bin", "dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72"),
            ("blazeface.json", "cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f"),
        ),
        size_mb=0.6,
    ),
    Entry(
        id="haar-alt2",
        kind=Kind.FACE_DETECTOR,
        version="4.14",
        licence="BSD-3-Clause",
        source="package:opencv-python-headless",
        sha256=(
            (
                "haarcascade_frontalface_alt2.xml",
                "7b0c967d9abbdfbde025eb9c786947d151b6426040d07a8f9562ed8fd90724b4",
            ),
        ),
        size_mb=0.5,
        is_fallback=True,
    ),
    Entry(
        id="facemesh",
        kind=Kind.FACE_MESH,
        version="3.3.6",
        licence="Apache-2.0",
        source=_HUMAN,
        sha256=(
            ("facemesh.onnx", "1c4c66a34ad6060d0c158a1eff817db22dd2edf229162b60b14a26ff48217a4c"),
            ("facemesh.bin", "3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b"),
            ("facemesh.json", "b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7"),
        ),
        size_mb=3.0,
    ),
    Entry(
        id="iris",
        kind=Kind.IRIS,
        version="3.3.6",
        licence="Apache-2.0",
        source=_HUMAN,
        sha256=(
            ("iris.onnx", "fbd071c9df5da50d0307424f11ed90db1e5621a400789ff3b65e796d7e74b42f"),
            ("iris.bin", "d7f296d184274213d4642681ae186112cbbec77fd2ab066257d3c56a1940bc71"),
            ("iris.json", "49038ac9dcc09aa05474d91d98e9db5b47af4830929bcf102ed5a56bfbabb465"),
        ),
        size_mb=2.7,
    ),
    Entry(
        id="emotion",
        kind=Kind.EXPRESSION,
        version="3.3.6",
        licence="MIT",
        source=_HUMAN,
        sha256=(
            ("emotion.onnx", "f496af2ccf917edf806eaf46bf8fddc588afe2e0b26136204f3136d19ba2e14e"),
            ("emotion.bin", "927ac8224f356ab1e68c2bcfbfa07b0c8567047d1bcf817388ba6e38214c4987"),
            ("emotion.json", "56f7e557eb0c863a8b9ab04ac7ccba756e93bf2c27dce135ef0e8712b80b7ad2"),
        ),
        labels=("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
        size_mb=0.8,
    ),
)


def entries() -> tuple[Entry, ...]:
    """All known models."""
    return SPEECH + FACES


def by_id(model_id: str) -> Entry:
    """The entry of that id; KeyError when unknown."""
    for entry in entries():
        if entry.id == model_id:
            return entry
    raise KeyError(model_id)
