"""libopus's encoder by ctypes: every frame length, mode, error correction and DTX."""

from __future__ import annotations

import ctypes
import wave
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from service.live.opus import libopus

RATE = 48_000
_VOIP, _RESTRICTED = 2048, 2051
_LENGTHS = {2.5: 5001, 5: 5002, 10: 5003, 20: 5004, 40: 5005, 60: 5006, 80: 5007, 100: 5008,
            120: 5009}  # fmt: skip


@dataclass(frozen=True, slots=True)
class How:
    """Encoder settings. `loss` in percent is what the encoder expects, and protects against."""

    ms: float = 20
    channels: int = 1
    bitrate: int = 32_000
    fec: bool = True
    loss: int = 10
    dtx: bool = False
    celt: bool = False  # the low-delay mode: no SILK, so no correction


def encode(pcm: np.ndarray, how: How | None = None) -> list[bytes]:
    """48 kHz mono int16 to packets; the last, incomplete one is left out."""
    how = how or How()
    library, error = libopus(), ctypes.c_int(0)
    library.opus_encoder_create.restype = ctypes.c_void_p
    state = ctypes.c_void_p(
        library.opus_encoder_create(
            RATE, how.channels, _RESTRICTED if how.celt else _VOIP, ctypes.byref(error)
        )
    )
    assert state.value
    assert error.value == 0
    wishes = {4002: how.bitrate, 4012: int(how.fec), 4014: how.loss, 4016: int(how.dtx),
              4040: _LENGTHS[how.ms], 4024: 3001}  # fmt: skip
    for request, value in wishes.items():
        assert library.opus_encoder_ctl(state, request, ctypes.c_int(value)) == 0
    size = int(RATE * how.ms / 1000)
    out, packets = ctypes.create_string_buffer(8000), []
    for at in range(0, len(pcm) - size + 1, size):
        piece = np.repeat(pcm[at : at + size], how.channels).tobytes()
        got = library.opus_encode(state, piece, size, out, len(out))
        assert got > 0
        packets.append(out.raw[:got])
    library.opus_encoder_destroy(state)
    return packets


def speech(seconds: float = 44.0) -> np.ndarray:
    """Real read English at 48 kHz; skips where the recording is not installed."""
    spec = find_spec("moonshine_voice")
    path = Path(spec.origin).parent / "assets/two_cities.wav" if spec and spec.origin else None
    if path is None or not path.is_file():
        pytest.skip("no recorded speech is installed")
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (RATE, 1)
        return np.frombuffer(sound.readframes(int(seconds * RATE)), np.int16)
