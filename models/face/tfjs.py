"""Reads TensorFlow.js graph models: one JSON file (graph and manifest) and its weight shards."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.generic]
Json: TypeAlias = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
Attr: TypeAlias = Mapping[str, Json]

_DTYPES = {
    "float32": "<f4",
    "float16": "<f2",
    "int32": "<i4",
    "uint8": "u1",
    "uint16": "<u2",
    "bool": "?",
}


class UnreadableModel(ValueError):
    """The files are no graph model we can read; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation. `inputs` are node names without the ":0" that TensorFlow may append."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attrs: Mapping[str, Attr]

    def text(self, key: str, default: str = "") -> str:
        """A string attribute (base64 in the file)."""
        value = self.attrs.get(key, {}).get("s")
        return _unbase64(value) if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        return tuple(_unbase64(str(item)) for item in self._list(key, "s"))

    def ints(self, key: str) -> tuple[int, ...]:
        """A list of integers (strings in the file)."""
        return tuple(int(str(item)) for item in self._list(key, "i"))

    def flag(self, key: str) -> bool:
        """A boolean attribute, False when absent."""
        return self.attrs.get(key, {}).get("b") is True

    def number(self, key: str, default: float) -> float:
        """A float attribute."""
        value = self.attrs.get(key, {}).get("f", default)
        return float(str(value))

    def shape(self) -> tuple[int, ...]:
        """A Placeholder's shape; -1 where free."""
        shape = self.attrs.get("shape", {}).get("shape")
        dims = shape.get("dim", []) if isinstance(shape, Mapping) else []
        return tuple(int(str(dim["size"])) for dim in dims if isinstance(dim, Mapping))  # type: ignore[union-attr]

    def _list(self, key: str, kind: str) -> Sequence[Json]:
        values = self.attrs.get(key, {}).get("list")
        found = values.get(kind, []) if isinstance(values, Mapping) else []
        return found if isinstance(found, Sequence) else []


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph model: operations in an order where inputs come first, and constants by name."""

    nodes: tuple[Node, ...]
    weights: Mapping[str, Array]


def read(path: Path) -> Graph:
    """The graph in `path` (JSON) with its weight shards, which lie beside it.

    Raises UnreadableModel; OSError when a shard is missing.
    """
    try:
        model = json.loads(path.read_text("utf-8"))
        raw_nodes = model["modelTopology"]["node"]
        groups = model["weightsManifest"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableModel(f"{path.name}: no TensorFlow.js graph model ({error})") from None
    weights: dict[str, Array] = {}
    for group in groups:
        shards = b"".join((path.parent / name).read_bytes() for name in group["paths"])
        weights.update(_weights(group["weights"], shards))
    nodes = [_node(raw) for raw in raw_nodes if raw["op"] != "Const"]
    return Graph(_sorted(nodes, set(weights)), weights)


def _weights(specs: Sequence[Mapping[str, Json]], data: bytes) -> dict[str, Array]:
    found: dict[str, Array] = {}
    offset = 0
    for spec in specs:
        name, dims = str(spec["name"]), spec["shape"]
        shape = tuple(int(str(dim)) for dim in dims) if isinstance(dims, Sequence) else ()
        quantization = spec.get("quantization")
        stored = quantization if isinstance(quantization, Mapping) else {}
        kind = str(stored.get("dtype", spec["dtype"]))
        if kind not in _DTYPES or str(spec["dtype"]) not in _DTYPES:
            raise UnreadableModel(f"weight {name}: dtype {kind} is not supported")
        size = prod(shape) * np.dtype(_DTYPES[kind]).itemsize
        if offset + size > len(data):
            raise UnreadableModel(f"weight {name}: the shards end too early")
        raw = np.frombuffer(data, _DTYPES[kind], prod(shape), offset).reshape(shape)
        found[name] = _dequantized(raw, stored, str(spec["dtype"]))
        offset += size
    if offset != len(data):
        raise UnreadableModel(f"{len(data) - offset} bytes of weights left over")
    return found


def _dequantized(raw: Array, stored: Mapping[str, Json], dtype: str) -> Array:
    """float16 is only widened; uint8 and uint16 are value * scale + min."""
    if "scale" not in stored:
        return raw.astype(_DTYPES[dtype])
    scale, low = float(str(stored["scale"])), float(str(stored["min"]))
    wide = raw.astype(np.float64) * scale + low
    return (np.rint(wide) if dtype == "int32" else wide).astype(_DTYPES[dtype])


def _node(raw: Mapping[str, Json]) -> Node:
    inputs, attrs = raw.get("input", []), raw.get("attr", {})
    if not isinstance(inputs, Sequence) or not isinstance(attrs, Mapping):
        raise UnreadableModel(f"node {raw.get('name')}: malformed")
    names = tuple(str(name).removesuffix(":0") for name in inputs if not str(name).startswith("^"))
    return Node(str(raw["name"]), str(raw["op"]), names, attrs)  # type: ignore[arg-type]


def _sorted(nodes: Sequence[Node], known: set[str]) -> tuple[Node, ...]:
    """Inputs before their users, otherwise in file order."""
    done, waiting, ordered = set(known), list(nodes), list[Node]()
    while waiting:
        ready = [node for node in waiting if all(name in done for name in node.inputs)]
        if not ready:
            missing = sorted({n for node in waiting for n in node.inputs} - done)
            raise UnreadableModel(f"the graph has a cycle or lacks {', '.join(missing[:3])}")
        ordered += ready
        done.update(node.name for node in ready)
        waiting = [node for node in waiting if node.name not in done]
    return tuple(ordered)


def _unbase64(text: str) -> str:
    return base64.b64decode(text).decode("ascii")
