"""Makes our ONNX face models out of the TensorFlow.js ones in npm's @vladmandic/human.

    python -m models.face.convert PACKAGE_DIR OUT_DIR

Same input, same bytes out: the digests of the source files and of the results are both pinned
in the catalog. Sources are checked before they are read, results before they are kept.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

from onnx import GraphProto, ModelProto, OperatorSetIdProto

from models import catalog
from models.face.operations import Builder
from models.face.tfjs import read

NAMES = ("blazeface", "facemesh", "iris", "emotion")
_IR_VERSION = 8
_OPSET = 18  # ReduceMean takes its axes as an input, Resize knows `axes`


class WrongDigest(ValueError):
    """A file is not the one that the catalog names."""


def to_onnx(source: Path) -> bytes:
    """The ONNX file for a graph model's JSON file; inputs and outputs stay channels last.

    Raises tfjs.UnreadableModel or operations.UnsupportedOperation.
    """
    built = Builder(read(source))
    graph = GraphProto(name=source.stem)
    graph.node.extend(built.nodes)
    graph.initializer.extend(built.initializers)
    graph.input.extend(built.inputs)
    graph.output.extend(built.outputs)
    model = ModelProto(ir_version=_IR_VERSION, producer_name="candor", graph=graph)
    model.opset_import.append(OperatorSetIdProto(version=_OPSET))
    made: bytes = model.SerializeToString(deterministic=True)
    return made


def convert(package_dir: Path, out_dir: Path) -> list[Path]:
    """Convert every face model of the package into `out_dir`/<id>.onnx; returns the files.

    `package_dir` is the package or its `models` folder. Raises FileNotFoundError when a source
    is missing, WrongDigest when a source or a result is not the one the catalog pins.
    """
    models_dir = package_dir / "models" if (package_dir / "models").is_dir() else package_dir
    out_dir.mkdir(parents=True, exist_ok=True)
    return [_convert_one(models_dir, name, out_dir) for name in NAMES]


def _convert_one(models_dir: Path, name: str, out_dir: Path) -> Path:
    digests = dict(catalog.by_id(name).sha256)
    for suffix in (".json", ".bin"):
        source = models_dir / (name + suffix)
        _check(source.name, source.read_bytes(), digests)
    made = to_onnx(models_dir / f"{name}.json")
    target = out_dir / f"{name}.onnx"
    _check(target.name, made, digests)
    _write(target, made)
    return target


def _check(name: str, data: bytes, digests: dict[str, str]) -> None:
    found = hashlib.sha256(data).hexdigest()
    if digests.get(name) != found:
        raise WrongDigest(f"{name}: sha256 {found}, the catalog pins {digests.get(name)}")


def _write(target: Path, data: bytes) -> None:
    """All or nothing: two set-ups at once must not leave half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(target)


def main(argv: list[str]) -> int:
    """The command line; 2 for wrong arguments, 1 for files that cannot be converted."""
    if len(argv) != 2:
        sys.stderr.write("usage: python -m models.face.convert PACKAGE_DIR OUT_DIR\n")
        return 2
    try:
        for path in convert(Path(argv[0]), Path(argv[1])):
            sys.stdout.write(f"{path}\n")
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
