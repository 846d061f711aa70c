"""Opus packets to 16 kHz mono sound, exactly as much as asked for, whatever the packets hold.

libopus decodes straight to 16 kHz, in 0.7 ms of CPU per second of speech: a packet costs less
than handing it to a thread. It is the library inside PyAV's wheel, else the system's; where
neither is to be had, PyAV decodes and resamples (dearer, and silence for what is lost).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Protocol

import av

from models.types import SAMPLE_RATE
from service import telemetry
from service.live.encoded import OPUS_MAX_SAMPLES, opus_samples

WIDTH = 2  # bytes per sample
MAX_SAMPLES = OPUS_MAX_SAMPLES // 3  # the longest packet (120 ms) at 16 kHz
CONCEALED_MOST = MAX_SAMPLES  # concealed in a row; beyond it concealment only hums
_STEP = SAMPLE_RATE // 400  # libopus conceals in multiples of 2.5 ms
_PIECE = SAMPLE_RATE // 50  # and best in frames of 20 ms
_HYBRID, _CELT = 12, 16  # the first configurations with, and with nothing but, CELT
_AV_SLACK = 64  # samples the resampler may hold back


class OpusUnavailable(RuntimeError):
    """No libopus on this machine: neither the one inside PyAV's wheel nor the system's."""


def packet_samples(packet: bytes) -> int:
    """Samples at 16 kHz that a packet stands for (RFC 6716, 3.1); 0 when it is none."""
    try:
        return opus_samples(packet) // 3
    except ValueError:
        return 0


def carries_correction(packet: bytes) -> bool:
    """Whether a packet holds a second, coarser copy of what came before it (RFC 6716, 4.2.4)."""
    if not packet or packet[0] >> 3 >= _CELT:
        return False
    first = _first_frame(packet)
    if first is None:
        return False
    config, flags = packet[0] >> 3, packet[first]
    inner = max(1, config & 3) if config < _HYBRID else 1  # SILK frames of 20 ms or less
    found = flags >> (7 - inner) & 1
    if packet[0] & 4:  # stereo: the side channel's flags follow
        found |= flags >> (6 - 2 * inner) & 1
    return bool(found)


def _frame_samples(packet: bytes) -> int:
    """Samples at 16 kHz in one frame of a packet."""
    return packet_samples(bytes((packet[0] & 0xFC,)))


def _first_frame(packet: bytes) -> int | None:
    """Where the first frame's bytes begin; None when there are none."""
    code, at = packet[0] & 3, 1
    if code == 2:
        at += _length_bytes(packet, at)
    elif code == 3:
        at = _after_header(packet)
    return at if 0 < at < len(packet) else None


def _after_header(packet: bytes) -> int:
    if len(packet) < 2:
        return 0
    count, at = packet[1], 2
    if count & 0x40:  # padding: 255 means 254 and one more length byte
        while at < len(packet) and packet[at] == 255:
            at += 1
        at += 1
    if count & 0x80:  # each frame but the last has its own length
        for _ in range((count & 0x3F) - 1):
            at += _length_bytes(packet, at)
    return at


def _length_bytes(packet: bytes, at: int) -> int:
    return 2 if at < len(packet) and packet[at] >= 252 else 1


class Engine(Protocol):
    """One stream's decoder. Each call returns at most `samples` samples; b"" when it cannot."""

    def packet(self, data: bytes, samples: int) -> bytes: ...

    def correction(self, data: bytes, samples: int) -> bytes: ...

    def concealment(self, samples: int) -> bytes: ...


@cache
def libopus() -> ctypes.PyDLL:
    """The library PyAV brings along, else the system's. Raises OpusUnavailable."""
    for name in _candidates():
        try:
            # PyDLL keeps the interpreter's lock: calls are short, and never two at once.
            library = ctypes.PyDLL(name)
            _declare(library)
        except (OSError, AttributeError):
            continue
        return library
    raise OpusUnavailable("install libopus (Debian: libopus0)")


def _candidates() -> Iterator[str]:
    spec = importlib.util.find_spec("av")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for folder in (package.parent / "av.libs", package / ".dylibs"):
            yield from (str(path) for path in sorted(folder.glob("*opus*")))
    found = ctypes.util.find_library("opus")
    if found:
        yield found


def _declare(library: ctypes.PyDLL) -> None:
    library.opus_decoder_get_size.argtypes = [ctypes.c_int]
    library.opus_decoder_init.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int]
    library.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    ]


class LibopusEngine:
    """libopus on memory of our own: nothing to destroy, in whatever thread it is let go."""

    def __init__(self) -> None:
        self._library = libopus()
        self._state = ctypes.create_string_buffer(self._library.opus_decoder_get_size(1))
        failed = self._library.opus_decoder_init(self._state, SAMPLE_RATE, 1)
        if failed:
            raise OpusUnavailable(f"opus_decoder_init failed ({failed})")
        self._out = ctypes.create_string_buffer(MAX_SAMPLES * WIDTH)

    def packet(self, data: bytes, samples: int) -> bytes:
        return self._call(data, samples, correct=0)

    def correction(self, data: bytes, samples: int) -> bytes:
        return self._call(data, samples, correct=1)

    def concealment(self, samples: int) -> bytes:
        return self._call(None, samples, correct=0)

    def _call(self, data: bytes | None, samples: int, *, correct: int) -> bytes:
        size = len(data) if data is not None else 0
        got = self._library.opus_decode(self._state, data, size, self._out, samples, correct)
        return ctypes.string_at(self._out, got * WIDTH) if got > 0 else b""


class AvEngine:
    """FFmpeg's decoder and resampler: no correction, no concealment."""

    def __init__(self) -> None:
        self._codec = av.CodecContext.create("opus", "r")
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        self._rest = bytes(_AV_SLACK * WIDTH)

    def packet(self, data: bytes, samples: int) -> bytes:
        if not isinstance(self._codec, av.AudioCodecContext):
            return b""
        try:
            frames = self._codec.decode(av.Packet(data))
        except (av.FFmpegError, ValueError):
            return b""
        for frame in frames:
            for sound in self._resampler.resample(frame):
                self._rest += bytes(sound.planes[0])[: sound.samples * WIDTH]
        out, self._rest = self._rest[: samples * WIDTH], self._rest[samples * WIDTH :]
        return out

    def correction(self, data: bytes, samples: int) -> bytes:
        return b""

    def concealment(self, samples: int) -> bytes:
        return b""


@cache
def _engine() -> type[LibopusEngine] | type[AvEngine]:
    try:
        libopus()
    except OpusUnavailable:
        telemetry.log().warning("libopus_missing")
        return AvEngine
    return LibopusEngine


def warm_up() -> None:
    """Load the library now rather than at the first packet."""
    _engine()


class OpusDecoder:
    """One stream. Use it from one thread at a time; `close()` from any, or never.

    Counts samples: `corrected` from a later packet's copy, `concealed` by guessing,
    `silenced` where even guessing would only hum.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine: Engine | None = engine or _engine()()
        self._guessed = 0  # samples concealed since the last packet
        self._can_correct = False
        self.corrected = self.concealed = self.silenced = 0

    def decode(self, packet: bytes | None, *, fec_from: bytes | None = None, samples: int) -> bytes:
        """Exactly `samples` samples: those of `packet`, or a stand-in when it is lost or broken.

        A lost one (None) is taken from `fec_from`, the packet after it, where that holds a
        copy; the rest is concealed for 120 ms in a row, then silent. Never raises for content.
        """
        engine = self._engine
        if engine is None or samples <= 0:
            return bytes(max(samples, 0) * WIDTH)
        sound = b""
        if packet is not None:
            sound = self._whole(engine, packet)[: samples * WIDTH]
        elif fec_from is not None and self._can_correct and carries_correction(fec_from):
            return self._corrected(engine, fec_from, samples)
        return sound + self._stand_in(engine, samples - len(sound) // WIDTH)

    def close(self) -> None:
        """Let the decoder go; what is asked for afterwards is silence."""
        self._engine = None

    def _whole(self, engine: Engine, packet: bytes) -> bytes:
        length = packet_samples(packet)
        sound = engine.packet(packet, length) if length else b""
        if sound:
            self._guessed = 0
            self._can_correct = packet[0] >> 3 < _CELT  # the copy continues SILK's state only
        return sound

    def _corrected(self, engine: Engine, following: bytes, samples: int) -> bytes:
        """The copy stands for the last frame of what is missing."""
        whole = _frame_samples(following)
        length = min(samples, whole)
        lead = self._stand_in(engine, samples - length)
        sound = engine.correction(following, whole)[-length * WIDTH :]
        if len(sound) < length * WIDTH:
            return lead + self._stand_in(engine, length)
        self.corrected += length
        self._guessed = 0
        return lead + sound

    def _stand_in(self, engine: Engine, samples: int) -> bytes:
        if samples <= 0:
            return b""
        wanted = min(samples, max(CONCEALED_MOST - self._guessed, 0))
        out = bytearray()
        while len(out) < wanted * WIDTH:
            piece = engine.concealment(_up(min(_PIECE, wanted - len(out) // WIDTH)))
            if not piece:
                break
            out += piece
        del out[wanted * WIDTH :]
        guessed = len(out) // WIDTH
        self._guessed += guessed
        self.concealed += guessed
        self.silenced += samples - guessed
        return bytes(out) + bytes((samples - guessed) * WIDTH)


def _up(samples: int) -> int:
    """The next multiple of 2.5 ms."""
    return -(-samples // _STEP) * _STEP
