"""Voice activity by Silero VAD v6, streamed: the stream's memory travels with the request.

Network (MIT, `silero_vad_v6.onnx` inside faster-whisper): input float32 (steps, 576), the last
64 samples of the previous frame before each 512 new ones; h and c float32 (1, 1, 128); output
one probability per step. Its first dimension is time, so several frames of one stream go through
in one call, but two streams never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.runtime import Network, open_network
from models.types import VAD_FRAME, VadRequest, VadResult

CONTEXT = 64  # samples of the previous frame that the network sees again
UNITS = 128  # size of each of the two memory vectors
STATE_BYTES = 4 * (2 * UNITS + CONTEXT)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the network remembers between frames: h and c (1, 1, 128), context (64,)."""

    h: Floats
    c: Floats
    context: Floats

    @classmethod
    def unpack(cls, state: bytes) -> Memory:
        """The memory packed in `state`; empty means the start of a stream. ValueError else."""
        if not state:
            state = bytes(STATE_BYTES)
        if len(state) != STATE_BYTES:
            raise ValueError(f"voice-activity state holds {STATE_BYTES} bytes, not {len(state)}")
        numbers = np.frombuffer(state, np.float32)
        h, c, context = np.split(numbers, [UNITS, 2 * UNITS])
        return cls(h.reshape(1, 1, UNITS), c.reshape(1, 1, UNITS), context)

    def pack(self) -> bytes:
        """The opaque bytes that the caller hands back with the next audio."""
        parts = (self.h.ravel(), self.c.ravel(), self.context)
        return np.concatenate(parts).astype(np.float32).tobytes()


class SileroVad:
    """Speech probabilities, 32 ms apiece. Holds no stream: any stream may call at any time."""

    def __init__(self, path: Path) -> None:
        # One thread on the CPU: at 2.8 ms per audio second a GPU round trip would cost more.
        self._network: Network = open_network(path, device="cpu", threads=1)

    def __call__(self, request: VadRequest) -> VadResult:
        """Probabilities of the new frames. ValueError if `pcm` is not whole frames."""
        if len(request.pcm) % (2 * VAD_FRAME):
            raise ValueError(f"voice activity takes whole frames of {VAD_FRAME} samples")
        if not request.pcm:
            return VadResult((), request.state)
        memory = Memory.unpack(request.state)
        frames = np.frombuffer(request.pcm, "<i2").astype(np.float32).reshape(-1, VAD_FRAME)
        frames /= 32768.0
        probabilities, after = self._run(frames, memory)
        return VadResult(tuple(float(p) for p in probabilities), after.pack())

    def _run(self, frames: Floats, memory: Memory) -> tuple[Floats, Memory]:
        tails = frames[:, -CONTEXT:]
        context = np.concatenate([memory.context[None], tails[:-1]])
        feeds = {"input": np.concatenate([context, frames], 1), "h": memory.h, "c": memory.c}
        output, h, c = self._network.run(None, feeds)
        after = Memory(h.astype(np.float32), c.astype(np.float32), tails[-1])
        return output.astype(np.float32).ravel(), after
