"""Files a scripted candidate can play."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from av import VideoFrame

from service.live.client import Clip

RATE = 16_000


def bursts(path: Path, spans: list[tuple[float, float]], *, seconds: float) -> Path:
    """A WAV with noise in the given spans and silence elsewhere."""
    rng = np.random.default_rng(5)
    samples = np.zeros(round(seconds * RATE), np.int16)
    for start, end in spans:
        first, last = round(start * RATE), round(end * RATE)
        samples[first:last] = (rng.normal(size=last - first) * 4000).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def picture(path: Path) -> Path:
    """A small JPEG."""
    pixels = np.zeros((240, 320, 3), np.uint8)
    pixels[60:180, 100:220] = (120, 150, 200)
    VideoFrame.from_ndarray(pixels, format="rgb24").save(str(path))
    return path


def clip(folder: Path, spans: list[tuple[float, float]], *, seconds: float) -> Clip:
    """Bursts of noise beside a still picture."""
    return Clip(
        sound=bursts(folder / "sound.wav", spans, seconds=seconds),
        picture=picture(folder / "face.jpg"),
    )
