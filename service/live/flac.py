"""Utterances' sound as FLAC: half of WAV, lossless, and every player opens it. Blocking."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np

from models.types import SAMPLE_RATE

_BLOCK = SAMPLE_RATE  # samples handed to the encoder at once


def to_flac(pcm: bytes) -> bytes:
    """Encode 16 kHz mono int16 PCM."""
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE)
        stream.layout, stream.format = "mono", "s16"
        samples = np.frombuffer(pcm, np.int16)
        for at in range(0, len(samples), _BLOCK):
            block = samples[at : at + _BLOCK].reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, at
            frame.time_base = Fraction(1, SAMPLE_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def from_flac(data: bytes) -> bytes:
    """Decode what `to_flac` made. Raises ValueError when it is no such file."""
    try:
        with av.open(io.BytesIO(data), "r", format="flac") as container:
            blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
    except av.FFmpegError as error:
        raise ValueError("not a FLAC file") from error
    return b"".join(np.ascontiguousarray(block).astype(np.int16).tobytes() for block in blocks)
