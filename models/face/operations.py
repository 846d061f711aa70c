"""TensorFlow operations (channels last) written as ONNX operations (channels first).

`Builder` walks a graph once. Four-dimensional feature maps are kept channels first between
operations; the graph's own inputs and outputs, and the input of a Reshape, stay channels last,
so that callers and tests see the shapes that the original model has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from onnx import AttributeProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from models.face.tfjs import Array, Graph, Node

_TO_FIRST = (0, 3, 1, 2)
_TO_LAST = (0, 2, 3, 1)
_AXES = {0: 0, 1: 2, 2: 3, 3: 1, -1: 1, -2: 3, -3: 2, -4: 0}  # NHWC axis -> NCHW axis
_UNARY = {"Relu": "Relu", "Sigmoid": "Sigmoid", "Tanh": "Tanh", "Identity": "Identity"}
_BINARY = {"AddV2": "Add", "Add": "Add", "BiasAdd": "Add", "Mul": "Mul", "Sub": "Sub"}


class UnsupportedOperation(ValueError):
    """The graph holds an operation, or a variant of one, that has no translation here."""

    def __init__(self, node: Node, reason: str = "") -> None:
        super().__init__(
            f"{node.op} ({node.name}) cannot be converted" + (reason and f": {reason}")
        )


class Builder:
    """Collects the ONNX nodes, initializers, inputs and outputs of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self.inputs: list[ValueInfoProto] = []
        self.outputs: list[ValueInfoProto] = []
        self._weights: Mapping[str, Array] = graph.weights
        self._rank: dict[str, int] = {}
        self._initialized: set[str] = set()
        used = {name for node in graph.nodes for name in node.inputs}
        for node in graph.nodes:
            self._translate(node)
        for node in graph.nodes:
            if node.name not in used:
                self._output(node)

    def _translate(self, node: Node) -> None:
        handler = _HANDLERS.get(node.op)
        if handler is None:
            raise UnsupportedOperation(node)
        if node.text("data_format", "NHWC") != "NHWC":
            raise UnsupportedOperation(node, "only NHWC")
        handler(self, node)

    # -- small tools ---------------------------------------------------------------------

    def emit(
        self, op: str, inputs: Sequence[str], output: str, **attrs: int | float | str | list[int]
    ) -> str:
        """Append one ONNX node with attributes in sorted order; returns `output`."""
        node = NodeProto(op_type=op, input=list(inputs), output=[output])
        node.attribute.extend(_attribute(key, attrs[key]) for key in sorted(attrs))
        self.nodes.append(node)
        return output

    def constant(self, name: str, value: Array) -> str:
        """An initializer, added once."""
        if name not in self._initialized:
            self._initialized.add(name)
            tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
            self.initializers.append(tensor)
        return name

    def weight(self, node: Node, index: int) -> Array:
        """The constant that is input `index` of `node`."""
        if index >= len(node.inputs) or node.inputs[index] not in self._weights:
            raise UnsupportedOperation(node, f"input {index} must be a constant")
        return self._weights[node.inputs[index]]

    def rank(self, name: str) -> int:
        """Number of dimensions of a tensor or constant."""
        return self._weights[name].ndim if name in self._weights else self._rank[name]

    def operand(self, node: Node, index: int) -> str:
        """An input of an element-wise operation, a constant brought into channels-first shape."""
        name = node.inputs[index]
        if name not in self._weights:
            return name
        value = self._weights[name]
        ranks = [self.rank(other) for other in node.inputs]
        if max(ranks) == 4:
            value = _channels_first(value)
        return self.constant(name, value)

    def done(self, node: Node, rank: int) -> None:
        """Note the rank of what `node` gives."""
        self._rank[node.name] = rank

    def channels_last(self, name: str, suffix: str) -> str:
        """`name` as the original graph sees it."""
        if self.rank(name) != 4:
            return name
        return self.emit("Transpose", [name], name + suffix, perm=list(_TO_LAST))

    def _output(self, node: Node) -> None:
        rank = self.rank(node.name)
        name = self.channels_last(node.name, ":nhwc")
        dims = [f"{name}_{axis}" for axis in range(rank)]
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))

    # -- operations ----------------------------------------------------------------------

    def placeholder(self, node: Node) -> None:
        """An input; free dimensions get a name."""
        dims = [f"free_{axis}" if dim < 0 else dim for axis, dim in enumerate(node.shape())]
        is_image = len(dims) == 4
        name = node.name + ":nhwc" if is_image else node.name
        self.inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, dims))
        if is_image:
            self.emit("Transpose", [name], node.name, perm=list(_TO_FIRST))
        self.done(node, len(dims))

    def convolution(self, node: Node) -> None:
        """Conv2D, _FusedConv2D: kernel (height, width, in, out)."""
        self._convolve(node, self.weight(node, 1).transpose(3, 2, 0, 1), 1)

    def depthwise(self, node: Node) -> None:
        """DepthwiseConv2dNative and its fused form: kernel (height, width, in, multiplier)."""
        kernel = self.weight(node, 1)
        high, wide, channels, times = kernel.shape
        turned = kernel.transpose(2, 3, 0, 1).reshape(channels * times, 1, high, wide)
        self._convolve(node, turned, channels)

    def _convolve(self, node: Node, kernel: Array, group: int) -> None:
        fused = list(node.texts("fused_ops"))
        inputs = [node.inputs[0], self.constant(node.inputs[1], kernel)]
        if fused and fused[0] == "BiasAdd":
            inputs.append(self.constant(node.inputs[2], self.weight(node, 2).reshape(-1)))
            fused = fused[1:]
        plain = node.name + ":conv" if fused else node.name
        self.emit(
            "Conv",
            inputs,
            plain,
            auto_pad=_padding(node),
            dilations=list(node.ints("dilations")[1:3] or (1, 1)),
            group=group,
            kernel_shape=list(kernel.shape[2:]),
            strides=list(node.ints("strides")[1:3]),
        )
        if fused:
            self._activate(node, fused, plain)
        self.done(node, 4)

    def _activate(self, node: Node, fused: Sequence[str], name: str) -> None:
        if len(fused) == 1 and fused[0] == "Prelu":
            self._bend(node, name, 3)
        elif len(fused) == 1 and fused[0] == "Relu6":
            self._clip(name, node.name)
        elif len(fused) == 1 and fused[0] in {"Relu", "Sigmoid"}:
            self.emit(fused[0], [name], node.name)
        else:
            raise UnsupportedOperation(node, f"fused {'+'.join(fused)}")

    def relu6(self, node: Node) -> None:
        """Relu6."""
        self._clip(node.inputs[0], node.name)
        self.done(node, self.rank(node.inputs[0]))

    def _clip(self, name: str, output: str) -> None:
        low = self.constant("constant:0", np.array(0, np.float32))
        high = self.constant("constant:6", np.array(6, np.float32))
        self.emit("Clip", [name, low, high], output)

    def prelu(self, node: Node) -> None:
        """Prelu: one slope per channel."""
        self._bend(node, node.inputs[0], 1)
        self.done(node, self.rank(node.inputs[0]))

    def _bend(self, node: Node, name: str, index: int) -> None:
        """PRelu(x) as a x + (1 - a) Relu(x), the products as depthwise 1 x 1 convolutions.

        onnxruntime's own PRelu branches on every value and leaves the blocked layout of its
        convolutions: the mesh then takes 3.2 ms instead of 1.3, the iris model 6.0 instead of 2.6.
        """
        slopes = self.weight(node, index)
        count = slopes.shape[-1]
        if slopes.size != count:
            raise UnsupportedOperation(node, "slopes that differ by place")
        kernel = slopes.reshape(count, 1, 1, 1)
        below = self.constant(node.inputs[index], kernel)
        above = self.constant(node.inputs[index] + ":rest", 1 - kernel)
        bent = self.emit("Relu", [name], node.name + ":relu")
        parts = [node.name + ":below", node.name + ":above"]
        self.emit("Conv", [name, below], parts[0], group=count, kernel_shape=[1, 1])
        self.emit("Conv", [bent, above], parts[1], group=count, kernel_shape=[1, 1])
        self.emit("Add", parts, node.name)

    def pool(self, node: Node) -> None:
        """MaxPool, AvgPool."""
        self.emit(
            "MaxPool" if node.op == "MaxPool" else "AveragePool",
            [node.inputs[0]],
            node.name,
            auto_pad=_padding(node),
            kernel_shape=list(node.ints("ksize")[1:3]),
            strides=list(node.ints("strides")[1:3]),
        )
        self.done(node, 4)

    def pad(self, node: Node) -> None:
        """Pad with zeros; paddings (rank, 2) become all starts, then all ends."""
        rank = self.rank(node.inputs[0])
        pairs = self.weight(node, 1).astype(np.int64)
        if rank == 4:
            pairs = pairs[list(_TO_FIRST)]
        amounts = self.constant(node.inputs[1], pairs.T.reshape(-1))
        self.emit("Pad", [node.inputs[0], amounts], node.name)
        self.done(node, rank)

    def unary(self, node: Node) -> None:
        """Element-wise operations of one input."""
        self.emit(_UNARY[node.op], [node.inputs[0]], node.name)
        self.done(node, self.rank(node.inputs[0]))

    def binary(self, node: Node) -> None:
        """Element-wise operations of two inputs, broadcasting over the channels."""
        names = [self.operand(node, 0), self.operand(node, 1)]
        self.emit(_BINARY[node.op], names, node.name)
        self.done(node, max(self.rank(name) for name in node.inputs))

    def mean(self, node: Node) -> None:
        """Mean over some axes."""
        rank, keep = self.rank(node.inputs[0]), node.flag("keep_dims")
        axes = [int(axis) for axis in self.weight(node, 1).reshape(-1)]
        if rank == 4:
            axes = sorted(_AXES[axis] for axis in axes)
            if not keep and 1 in axes:
                raise UnsupportedOperation(node, "reducing the channels")
            if not keep and len(axes) == 1:
                raise UnsupportedOperation(node, "reducing one spatial axis")
        name = self.constant(node.inputs[1], np.array(axes, np.int64))
        self.emit("ReduceMean", [node.inputs[0], name], node.name, keepdims=int(keep))
        self.done(node, rank if keep else rank - len(axes))

    def softmax(self, node: Node) -> None:
        """Softmax over the last axis of the original."""
        rank = self.rank(node.inputs[0])
        self.emit("Softmax", [node.inputs[0]], node.name, axis=1 if rank == 4 else rank - 1)
        self.done(node, rank)

    def reshape(self, node: Node) -> None:
        """Reshape of the channels-last tensor; a four-dimensional result goes back to first."""
        shape = self.weight(node, 1).astype(np.int64)
        target = self.constant(node.inputs[1], shape)
        source = self.channels_last(node.inputs[0], f":for:{node.name}")
        plain = node.name + ":result" if len(shape) == 4 else node.name
        self.emit("Reshape", [source, target], plain)
        if len(shape) == 4:
            self.emit("Transpose", [plain], node.name, perm=list(_TO_FIRST))
        self.done(node, len(shape))

    def concat(self, node: Node) -> None:
        """ConcatV2: the last input is the axis."""
        rank, axis = self.rank(node.inputs[0]), int(self.weight(node, len(node.inputs) - 1))
        names = list(node.inputs[:-1])
        if any(name in self._weights for name in names):
            raise UnsupportedOperation(node, "constant parts")
        self.emit("Concat", names, node.name, axis=_AXES[axis] if rank == 4 else axis)
        self.done(node, rank)

    def resize(self, node: Node) -> None:
        """ResizeBilinear, ResizeNearestNeighbor to a fixed (height, width)."""
        mode = "linear" if node.op == "ResizeBilinear" else "nearest"
        corners, half = node.flag("align_corners"), node.flag("half_pixel_centers")
        if mode == "nearest" and corners:
            raise UnsupportedOperation(node, "nearest with aligned corners")
        high, wide = (int(size) for size in self.weight(node, 1).reshape(-1))
        source = self.channels_last(node.inputs[0], f":for:{node.name}")
        shape = np.array([high, wide], np.int64)
        transform = "half_pixel" if half else "align_corners" if corners else "asymmetric"
        # Sizes of two axes only: the batch may be free.
        self.emit(
            "Resize",
            [source, "", "", self.constant(node.inputs[1], shape)],
            node.name + ":result",
            axes=[1, 2],
            coordinate_transformation_mode=transform,
            mode=mode,
            nearest_mode="floor",
        )
        self.emit("Transpose", [node.name + ":result"], node.name, perm=list(_TO_FIRST))
        self.done(node, 4)


def _channels_first(value: Array) -> Array:
    """A constant that broadcasts over channels last, reshaped to do so over channels first."""
    if value.ndim == 1:
        return value.reshape(-1, 1, 1)
    if value.ndim == 3:
        return value.transpose(2, 0, 1)
    return value.transpose(*_TO_FIRST) if value.ndim == 4 else value


def _padding(node: Node) -> str:
    kind = node.text("padding")
    if kind not in {"SAME", "VALID"}:
        raise UnsupportedOperation(node, f"padding {kind or 'missing'}")
    return "SAME_UPPER" if kind == "SAME" else "VALID"


def _attribute(key: str, value: int | float | str | list[int]) -> AttributeProto:
    return helper.make_attribute(key, value)


_HANDLERS: dict[str, Callable[[Builder, Node], None]] = {
    "Placeholder": Builder.placeholder,
    "Conv2D": Builder.convolution,
    "_FusedConv2D": Builder.convolution,
    "DepthwiseConv2dNative": Builder.depthwise,
    "FusedDepthwiseConv2dNative": Builder.depthwise,
    "Prelu": Builder.prelu,
    "Relu6": Builder.relu6,
    "MaxPool": Builder.pool,
    "AvgPool": Builder.pool,
    "Pad": Builder.pad,
    "PadV2": Builder.pad,
    "Mean": Builder.mean,
    "Softmax": Builder.softmax,
    "Reshape": Builder.reshape,
    "ConcatV2": Builder.concat,
    "ResizeBilinear": Builder.resize,
    "ResizeNearestNeighbor": Builder.resize,
    **dict.fromkeys(_UNARY, Builder.unary),
    **dict.fromkeys(_BINARY, Builder.binary),
}
