"""A request's bytes as a picture, and squares cut out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from models.types import FaceRequest

Pixels: TypeAlias = npt.NDArray[np.uint8]  # height x width x 3, BGR; or height x width, grey
Points: TypeAlias = npt.NDArray[np.float32]  # n x 2 or n x 3, picture pixels

_CHANNELS = 3


def picture(request: FaceRequest) -> Pixels:
    """The pixels of a request, height x width x 3, BGR; a view, not a copy.

    Raises ValueError when the byte count does not fit the size (a grey picture, say).
    """
    if request.width < 1 or request.height < 1:
        raise ValueError(f"a picture of {request.width} x {request.height} pixels")
    expected = request.width * request.height * _CHANNELS
    if len(request.pixels) != expected:
        raise ValueError(
            f"{request.width} x {request.height} BGR pixels are {expected} bytes, "
            f"not {len(request.pixels)}"
        )
    flat = np.frombuffer(request.pixels, np.uint8)
    return flat.reshape(request.height, request.width, _CHANNELS)


def grey(pixels: Pixels) -> Pixels:
    """Luma, height x width."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def rgb(pixels: Pixels, *, scale: float, shift: float = 0.0) -> npt.NDArray[np.float32]:
    """Red first, each value times `scale` plus `shift`: what the networks were trained on."""
    turned = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)  # four times as fast as a reversed view
    return np.asarray(turned * np.float32(scale) + np.float32(shift), np.float32)


def brightness(pixels: Pixels) -> float:
    """Mean luma, 0..1, by the weights of ITU-R BT.601."""
    blue, green, red = (float(mean) for mean in cv2.mean(pixels)[:3])
    return (0.114 * blue + 0.587 * green + 0.299 * red) / 255


@dataclass(frozen=True, slots=True)
class Square:
    """A square of a picture, perhaps turned. Centre and side in pixels.

    `tilt` in radians, > 0 where the top of the square leans to the right of the picture.
    """

    x: float
    y: float
    side: float
    tilt: float = 0.0

    def cut(self, pixels: Pixels, size: int) -> Pixels:
        """This square upright, resampled to size x size; black beyond the picture's edge."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(pixels, self._matrix(size), (size, size), flags=flags))

    def restore(self, points: Points, size: int) -> Points:
        """Points (n x 3, of the cut at `size`) in the picture's pixels; z keeps its zero."""
        matrix = self._matrix(size)
        restored = np.empty_like(points)
        restored[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        restored[:, 2] = points[:, 2] * (self.side / size)
        return restored

    def _matrix(self, size: int) -> npt.NDArray[np.float32]:
        """From the cut's pixels to the picture's."""
        scale = self.side / size
        cosine, sine = scale * np.cos(self.tilt), scale * np.sin(self.tilt)
        half = size / 2
        return np.array(
            [
                [cosine, -sine, self.x - cosine * half + sine * half],
                [sine, cosine, self.y - sine * half - cosine * half],
            ],
            np.float32,
        )
