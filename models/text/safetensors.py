"""Reads the safetensors format: an 8-byte length, a JSON header, then the tensors' bytes.

https://github.com/huggingface/safetensors#format. Nothing in such a file is ever executed.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
MAX_HEADER = 1 << 20  # bytes; ours takes 12 KB


class UnreadableWeights(ValueError):
    """The file is no safetensors file, or holds something else than we asked for."""


def read(path: Path) -> Mapping[str, Array]:
    """Every float32 tensor by name, as views of one copy of the file. Raises UnreadableWeights."""
    data = path.read_bytes()
    try:
        (size,) = struct.unpack_from("<Q", data)
        if size > MAX_HEADER:
            raise UnreadableWeights(f"{path.name}: a header of {size} bytes")
        header = json.loads(data[8 : 8 + size])
        facts = {name: fact for name, fact in header.items() if name != "__metadata__"}
        return {
            name: _tensor(data, 8 + size, shape=fact["shape"], offsets=fact["data_offsets"])
            for name, fact in facts.items()
            if fact["dtype"] == "F32"
        }
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, UnreadableWeights):
            raise
        raise UnreadableWeights(f"{path.name} is not a safetensors file") from error


def _tensor(data: bytes, base: int, *, shape: list[int], offsets: list[int]) -> Array:
    start, end = offsets
    count = math.prod(shape)
    if start < 0 or end - start != 4 * count or base + end > len(data):
        raise UnreadableWeights(f"a tensor of shape {shape} at {offsets}")
    flat = np.frombuffer(data, dtype="<f4", count=count, offset=base + start)
    return flat.reshape(shape)
