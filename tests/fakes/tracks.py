"""Tracks for an aiortc sender whose sound and picture carry marks at known times."""

from __future__ import annotations

import asyncio
import time
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack
from av import AudioFrame, VideoFrame

AUDIO_RATE = 48_000
MARK_EVERY = 1.0  # seconds between flash-and-beep marks
MARK_LENGTH = 0.2


class Beat:
    """The common clock of a clip's tracks; starts with the first frame asked of any of them."""

    def __init__(self) -> None:
        self._zero: float | None = None

    async def wait_until(self, seconds: float) -> None:
        if self._zero is None:
            self._zero = time.monotonic()
        await asyncio.sleep(max(0.0, self._zero + seconds - time.monotonic()))


def is_marked(seconds: float) -> bool:
    """Whether a mark is on at `seconds`; the first second carries none."""
    return seconds >= MARK_EVERY and seconds % MARK_EVERY < MARK_LENGTH


class BeepTrack(MediaStreamTrack):
    """1 kHz while a mark is on, silence else; or the given 48 kHz mono int16 sound."""

    kind = "audio"

    def __init__(self, beat: Beat, sound: np.ndarray | None = None) -> None:
        super().__init__()
        self._beat, self._sound, self._at = beat, sound, 0

    async def recv(self) -> AudioFrame:
        at = self._at
        await self._beat.wait_until(at / AUDIO_RATE)
        if self._sound is None:
            t = (at + np.arange(960)) / AUDIO_RATE
            on = (t >= MARK_EVERY) & (t % MARK_EVERY < MARK_LENGTH)
            samples = (np.sin(2 * np.pi * 1000 * t) * 12000 * on).astype(np.int16)
        else:
            samples = np.zeros(960, np.int16)
            piece = self._sound[at : at + 960]
            samples[: len(piece)] = piece
        frame = AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, at, Fraction(1, AUDIO_RATE)
        self._at += 960
        return frame


class FlashTrack(MediaStreamTrack):
    """White while a mark is on, dark grey else; or a still picture (BGR, even sides)."""

    kind = "video"

    def __init__(self, beat: Beat, *, rate: int = 15, still: np.ndarray | None = None) -> None:
        super().__init__()
        self._beat, self._rate, self._still, self._count = beat, rate, still, 0

    async def recv(self) -> VideoFrame:
        seconds = self._count / self._rate
        await self._beat.wait_until(seconds)
        if self._still is None:
            level = 235 if is_marked(seconds) else 32
            pixels = np.full((240, 320, 3), level, np.uint8)
        else:
            pixels = self._still
        frame = VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = round(seconds * 90_000), Fraction(1, 90_000)
        self._count += 1
        return frame
