"""The only importer of onnxruntime: picks execution providers and thread counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]


class Network(Protocol):
    """A loaded network: named arrays in, arrays out in the network's output order."""

    def run(self, names: list[str] | None, feeds: Mapping[str, Array]) -> list[Array]: ...


def providers(device: str) -> list[str]:
    """Execution providers in order of preference for `device` ("auto", "cpu" or "cuda").

    Raises RuntimeError when CUDA is demanded and this build of onnxruntime has none.
    """
    import onnxruntime

    available = onnxruntime.get_available_providers()
    has_cuda = "CUDAExecutionProvider" in available
    if device == "cuda" and not has_cuda:
        raise RuntimeError(
            "CANDOR_DEVICE=cuda needs the GPU build: pip install 'candor[gpu]' (found: "
            + ", ".join(available)
            + ")"
        )
    if device in {"auto", "cuda"} and has_cuda:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]
    return ["CPUExecutionProvider"]


def open_network(source: Path | bytes, *, device: str = "cpu", threads: int = 1) -> Network:
    """Load an ONNX file (or its bytes) with `threads` intra-op threads and no spinning."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = source if isinstance(source, bytes) else str(source)
    return cast(
        Network,
        onnxruntime.InferenceSession(model, sess_options=options, providers=providers(device)),
    )
