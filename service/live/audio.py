"""Opus to 16 kHz mono PCM whose sample count is the time: what is missing is concealed.

libopus decodes straight to 16 kHz (1.3 ms of CPU per second of sound, so it may run on the event
loop: 25 microseconds per packet). A single lost packet is rebuilt from the next one's forward
error correction, short gaps by concealment, longer ones with silence.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from importlib.metadata import files

from models.types import SAMPLE_RATE
from service.live.encoded import OPUS_MAX_SAMPLES, EncodedFrame, opus_samples

_RATIO = 3  # 48 kHz clock ticks per 16 kHz sample
_CONCEAL = 2 * SAMPLE_RATE // 25  # 80 ms: beyond it concealment only hums
_LONGEST_GAP = 120 * SAMPLE_RATE  # a longer jump is a broken clock: skip it
_MAX_OUT = OPUS_MAX_SAMPLES // _RATIO


class OpusUnavailable(RuntimeError):
    """No libopus on this machine: neither the one inside PyAV's wheel nor the system's."""


@cache
def libopus() -> ctypes.CDLL:
    """The library PyAV brings along, else the system's. Raises OpusUnavailable."""
    bundled = [f for f in files("av") or [] if "libopus" in f.name]
    names = [str(f.locate()) for f in bundled]
    found = ctypes.util.find_library("opus")
    for name in [*names, *([found] if found else [])]:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.opus_decoder_create.restype = ctypes.c_void_p
        library.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.c_void_p]
        library.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
        library.opus_decode.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_int32,
            ctypes.c_void_p,
            ctypes.c_int,
            ctypes.c_int,
        ]
        return library
    raise OpusUnavailable("install libopus (Debian: libopus0)")


class OpusDecoder:
    """One stream. `decode` returns PCM that continues exactly where the last call ended."""

    def __init__(self) -> None:
        self._library = libopus()
        error = ctypes.c_int(0)
        self._handle = self._library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(error))
        if not self._handle:
            raise OpusUnavailable(f"opus_decoder_create failed ({error.value})")
        self._out = ctypes.create_string_buffer(_MAX_OUT * 2)
        self._position: int | None = None  # 16 kHz samples given out, on the track's clock
        self.concealed = 0

    @property
    def position(self) -> int:
        """Samples at 16 kHz from the track's origin to the end of what was given out."""
        return self._position or 0

    def decode(self, frame: EncodedFrame) -> bytes:
        """PCM (16 kHz mono int16) up to the end of `frame`, whatever was missing before it."""
        try:
            samples = opus_samples(frame.data) // _RATIO
        except ValueError:
            return b""
        start = frame.rtp_time // _RATIO
        if self._position is None:
            self._position = start
        gap = start - self._position
        if gap < 0 or gap > _LONGEST_GAP:
            if gap < 0:
                return b""  # a second copy
            gap = 0
            self._position = start
        filled = self._fill(gap, frame) if gap else b""
        sound = self._call(frame.data, samples) or bytes(samples * 2)
        self._position = start + len(sound) // 2
        return filled + sound

    def close(self) -> None:
        """Free the decoder."""
        if self._handle:
            self._library.opus_decoder_destroy(self._handle)
            self._handle = None

    def _fill(self, gap: int, frame: EncodedFrame) -> bytes:
        """`gap` samples: concealment, silence, and at the end the next packet's correction."""
        self.concealed += gap
        corrected = b""
        if frame.lost_before:
            length = min(gap, opus_samples(frame.data) // _RATIO)
            rest = gap - length
        else:
            length, rest = 0, gap  # not lost, only not sent (DTX): nothing to correct from
        concealed = self._conceal(min(rest, _CONCEAL))
        silent = bytes(rest * 2 - len(concealed))
        if length:
            corrected = self._call(frame.data, length, correct=True) or bytes(length * 2)
        return concealed + silent + corrected

    def _conceal(self, samples: int) -> bytes:
        step = SAMPLE_RATE // 400  # libopus conceals in multiples of 2.5 ms
        whole = samples // step * step
        out = b"".join(self._call(None, length) for length in _pieces(whole, SAMPLE_RATE // 50))
        return out[: samples * 2]

    def _call(self, data: bytes | None, samples: int, *, correct: bool = False) -> bytes:
        size = len(data) if data is not None else 0
        got = self._library.opus_decode(
            self._handle, data, size, self._out, samples, 1 if correct else 0
        )
        return self._out.raw[: got * 2] if got > 0 else b""


def _pieces(total: int, piece: int) -> list[int]:
    whole, rest = divmod(total, piece)
    return [piece] * whole + ([rest] if rest else [])
