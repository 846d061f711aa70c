"""Fake capture files for Chromium, made from what installed packages carry."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from service.demo.material import find_material

WIDTH, HEIGHT, FPS, SECONDS = 640, 480, 30, 4


@dataclass(frozen=True)
class Capture:
    """A looping MJPEG picture file and a WAV sound file."""

    video: Path
    audio: Path

    def flags(self) -> list[str]:
        return [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={self.video}",
            f"--use-file-for-fake-audio-capture={self.audio}",
        ]


def make_capture(folder: Path) -> Capture:
    """A portrait that sways a little, beside a read recording."""
    material = find_material(None)
    assert material.picture is not None
    assert material.sound is not None
    video = folder / "face.mjpeg"
    _sway(material.picture, video)
    return Capture(video, material.sound)


def _sway(picture: Path, out: Path) -> None:
    with av.open(str(picture)) as source:
        still = next(source.decode(video=0)).to_ndarray(format="rgb24")
    with av.open(str(out), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        stream.time_base = Fraction(1, FPS)
        side = int(min(still.shape[0], still.shape[1] * HEIGHT / WIDTH) * 0.9)
        for index in range(FPS * SECONDS):
            shift = int(8 * np.sin(2 * np.pi * index / (FPS * SECONDS)))
            top, left = 8 + shift, 8 - shift
            width = int(side * WIDTH / HEIGHT)
            crop = np.ascontiguousarray(still[top : top + side, left : left + width])
            frame = av.VideoFrame.from_ndarray(crop, format="rgb24")
            frame = frame.reformat(WIDTH, HEIGHT, "yuvj420p")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
