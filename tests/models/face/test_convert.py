"""Operation by operation: a tiny TensorFlow.js graph converted must compute what numpy does."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from models import catalog
from models.face import convert
from models.face.operations import UnsupportedOperation
from models.face.tfjs import UnreadableModel
from models.runtime import open_network

F32 = npt.NDArray[np.float32]


def text(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def ints(*values: int) -> dict[str, object]:
    return {"list": {"i": [str(value) for value in values]}}


@dataclass
class TinyModel:
    """Writes a graph model: one placeholder `x`, then whatever the test adds."""

    shape: tuple[int, ...]
    nodes: list[dict[str, object]] = field(default_factory=list)
    weights: list[dict[str, object]] = field(default_factory=list)
    data: bytes = b""

    def constant(self, name: str, value: npt.ArrayLike, dtype: str = "float32") -> str:
        array = np.asarray(value, dtype)
        self.weights.append({"name": name, "shape": list(array.shape), "dtype": dtype})
        self.data += array.tobytes()
        self.nodes.append({"name": name, "op": "Const", "attr": {}})
        return name

    def quantized(self, name: str, codes: npt.NDArray[np.uint8], scale: float, low: float) -> str:
        stored = {"dtype": "uint8", "scale": scale, "min": low, "original_dtype": "float32"}
        self.weights.append(
            {
                "name": name,
                "shape": list(codes.shape),
                "dtype": "float32",
                "quantization": stored,
            }
        )
        self.data += codes.tobytes()
        return name

    def add(self, op: str, *inputs: str, **attrs: object) -> str:
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append({"name": name, "op": op, "input": list(inputs), "attr": attrs})
        return name

    def write(self, folder: Path) -> Path:
        dims = [{"size": str(size)} for size in self.shape]
        placeholder = {
            "name": "x",
            "op": "Placeholder",
            "attr": {"shape": {"shape": {"dim": dims}}},
        }
        model = {
            # The placeholder last: readers must not count on the order of the file.
            "modelTopology": {"node": [*self.nodes, placeholder]},
            "weightsManifest": [{"paths": ["tiny.bin"], "weights": self.weights}],
        }
        (folder / "tiny.bin").write_bytes(self.data)
        (folder / "tiny.json").write_text(json.dumps(model))
        return folder / "tiny.json"

    def run(self, folder: Path, x: F32) -> F32:
        network = open_network(convert.to_onnx(self.write(folder)))
        return np.asarray(network.run(None, {"x:nhwc" if x.ndim == 4 else "x": x})[0], np.float32)


def noise(*shape: int) -> F32:
    return np.random.default_rng(7).normal(size=shape).astype(np.float32)


def convolved(x: F32, kernel: F32, stride: int) -> F32:
    """TensorFlow's SAME convolution, channels last, in plain loops."""
    high, wide = kernel.shape[:2]
    rows, columns = -(-x.shape[1] // stride), -(-x.shape[2] // stride)
    down = max((rows - 1) * stride + high - x.shape[1], 0)
    right = max((columns - 1) * stride + wide - x.shape[2], 0)
    starts = ((0, 0), (down // 2, down - down // 2), (right // 2, right - right // 2), (0, 0))
    padded = np.pad(x, starts)
    out = np.zeros((x.shape[0], rows, columns, kernel.shape[3]), np.float32)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            patch = padded[:, top : top + high, left : left + wide]
            out[:, row, column] = np.einsum("nhwc,hwco->no", patch, kernel)
    return out


@pytest.mark.parametrize(("size", "stride"), [(6, 1), (6, 2), (7, 2)])
def test_same_padding_puts_the_odd_row_at_the_end(tmp_path: Path, size: int, stride: int) -> None:
    model = TinyModel((-1, size, size, 2))
    kernel = model.constant("k", noise(3, 3, 2, 4))
    model.add(
        "Conv2D",
        "x",
        kernel,
        strides=ints(1, stride, stride, 1),
        padding={"s": text("SAME")},
        dilations=ints(1, 1, 1, 1),
    )
    x = noise(2, size, size, 2)
    expected = convolved(x, noise(3, 3, 2, 4), stride)
    np.testing.assert_allclose(model.run(tmp_path, x), expected, atol=1e-5)


def test_fused_convolution_adds_the_bias_then_bends_by_channel(tmp_path: Path) -> None:
    model = TinyModel((1, 4, 4, 2))
    bias, slope = noise(3), np.array([0.1, -0.5, 2.0], np.float32)
    inputs = [
        model.constant("k", noise(1, 1, 2, 3)),
        model.constant("b", bias),
        model.constant("a", slope.reshape(1, 1, 3)),
    ]
    model.add(
        "_FusedConv2D",
        "x",
        *inputs,
        strides=ints(1, 1, 1, 1),
        padding={"s": text("VALID")},
        fused_ops={"list": {"s": [text("BiasAdd"), text("Prelu")]}},
    )
    x = noise(1, 4, 4, 2)
    plain = x @ noise(1, 1, 2, 3)[0, 0] + bias
    expected = np.where(plain < 0, plain * slope, plain)
    np.testing.assert_allclose(model.run(tmp_path, x), expected, atol=1e-5)


def test_depthwise_convolution_orders_channels_as_tensorflow_does(tmp_path: Path) -> None:
    model = TinyModel((1, 5, 5, 3))
    kernel = noise(3, 3, 3, 2)
    model.constant("k", kernel)
    model.add(
        "DepthwiseConv2dNative",
        "x",
        "k",
        strides=ints(1, 1, 1, 1),
        padding={"s": text("SAME")},
    )
    x = noise(1, 5, 5, 3)
    each = [convolved(x[..., c : c + 1], kernel[:, :, c : c + 1], 1) for c in range(3)]
    np.testing.assert_allclose(model.run(tmp_path, x), np.concatenate(each, axis=3), atol=1e-5)


def test_pool_pad_and_add_keep_to_their_axes(tmp_path: Path) -> None:
    model = TinyModel((1, 4, 6, 2))
    pooled = model.add(
        "MaxPool",
        "x",
        ksize=ints(1, 2, 2, 1),
        strides=ints(1, 2, 2, 1),
        padding={"s": text("SAME")},
    )
    pads = model.constant("pads", [[0, 0], [1, 0], [0, 2], [0, 1]], "int32")
    padded = model.add("Pad", pooled, pads)
    model.add("AddV2", padded, model.constant("shift", [1.0, 2.0, 3.0]))
    x = noise(1, 4, 6, 2)
    expected = np.pad(x.reshape(1, 2, 2, 3, 2, 2).max((2, 4)), ((0, 0), (1, 0), (0, 2), (0, 1)))
    np.testing.assert_allclose(
        model.run(tmp_path, x), expected + np.array([1, 2, 3], np.float32), atol=1e-6
    )


def test_mean_and_softmax_give_one_row_per_picture(tmp_path: Path) -> None:
    model = TinyModel((-1, 3, 5, 4))
    axes = model.constant("axes", [1, 2], "int32")
    model.add("Softmax", model.add("Mean", "x", axes))
    x = noise(2, 3, 5, 4)
    powers = np.exp(x.mean((1, 2)))
    np.testing.assert_allclose(
        model.run(tmp_path, x), powers / powers.sum(1, keepdims=True), atol=1e-6
    )


def test_reshape_and_concat_see_channels_last(tmp_path: Path) -> None:
    model = TinyModel((1, 2, 3, 2))
    doubled = model.add("ConcatV2", "x", "x", model.constant("axis", 3, "int32"))
    model.add("Reshape", doubled, model.constant("shape", [-1, 4], "int32"))
    x = noise(1, 2, 3, 2)
    expected = np.concatenate([x, x], axis=3).reshape(-1, 4)
    np.testing.assert_array_equal(model.run(tmp_path, x), expected)


def test_resize_without_half_pixels_repeats_the_grid(tmp_path: Path) -> None:
    model = TinyModel((-1, 2, 2, 1))
    model.add("ResizeBilinear", "x", model.constant("size", [4, 4], "int32"))
    x = np.array([0, 2, 4, 6], np.float32).reshape(1, 2, 2, 1)
    expected = np.array([[0, 1, 2, 2], [2, 3, 4, 4], [4, 5, 6, 6], [4, 5, 6, 6]], np.float32)
    np.testing.assert_allclose(model.run(tmp_path, x)[0, ..., 0], expected, atol=1e-6)


def test_quantised_weights_are_scaled_and_shifted(tmp_path: Path) -> None:
    model = TinyModel((1, 1, 1, 3))
    model.quantized("shift", np.array([0, 10, 255], np.uint8), 0.5, -3.0)
    model.add("AddV2", "x", "shift")
    result = model.run(tmp_path, np.zeros((1, 1, 1, 3), np.float32))
    np.testing.assert_allclose(result.ravel(), [-3.0, 2.0, 124.5])


def test_an_unknown_operation_is_named(tmp_path: Path) -> None:
    model = TinyModel((1, 2, 2, 1))
    model.add("FancyNorm", "x")
    with pytest.raises(UnsupportedOperation, match="FancyNorm"):
        convert.to_onnx(model.write(tmp_path))


def test_shards_that_end_too_early_are_refused(tmp_path: Path) -> None:
    model = TinyModel((1, 2, 2, 1))
    model.add("AddV2", "x", model.constant("shift", [1.0]))
    model.data = model.data[:-1]
    with pytest.raises(UnreadableModel, match="too early"):
        convert.to_onnx(model.write(tmp_path))


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tiny.json").write_text("[1, 2]")
    with pytest.raises(UnreadableModel, match=r"tiny\.json"):
        convert.to_onnx(tmp_path / "tiny.json")


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    model = TinyModel((1, 2, 2, 1))
    model.add("AddV2", "x", model.constant("shift", [1.0]))
    source = model.write(tmp_path)
    assert convert.to_onnx(source) == convert.to_onnx(source)


def test_sources_that_the_catalog_does_not_pin_are_never_read(tmp_path: Path) -> None:
    for name in convert.NAMES:
        (tmp_path / f"{name}.json").write_text("{}")
        (tmp_path / f"{name}.bin").write_bytes(b"")
    with pytest.raises(convert.WrongDigest, match=r"blazeface\.json"):
        convert.convert(tmp_path, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_package_at_hand_converts_to_the_pinned_bytes(
    human_package: Path, tmp_path: Path
) -> None:
    made = convert.convert(human_package, tmp_path)
    assert [path.name for path in made] == [f"{name}.onnx" for name in convert.NAMES]
    for path in made:
        digests = dict(catalog.by_id(path.stem).sha256)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digests[path.name]


def test_the_command_line_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert convert.main([str(tmp_path), str(tmp_path / "out")]) == 1
    assert "blazeface.json" in capsys.readouterr().err
    assert convert.main([]) == 2
