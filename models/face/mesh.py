"""Landmarks of one face: 468 points of its surface, then the eyes' contours and irises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.face.picture import Pixels, Points, Square, rgb
from models.runtime import open_network
from models.types import ModelPlan

# Corners of the eyes in the mesh: outer, inner (left and right as the person has them).
RIGHT_EYE = (33, 133)
LEFT_EYE = (263, 362)


@dataclass(frozen=True, slots=True)
class Landmarks:
    """468 x 3 in picture pixels; z grows away from the camera. `presence`: is this a face, 0..1."""

    points: Points
    presence: float
    crop: Square


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye: contour 16 x 3 (nine points below from outer to inner corner, seven above)."""

    contour: Points
    iris: Points  # 5 x 3, the centre first


class Mesh:
    """MediaPipe's face mesh (Kartynnik et al. 2019), 192 x 192."""

    id = "facemesh"
    _SIZE = 192
    _TURNED = np.radians(15)  # beyond that the mesh loses accuracy; cut again, upright
    _FILL = (0.5, 0.85)  # share of the crop the face may take before we cut again
    _ROOM = 1.5  # side of a new crop over the face's

    def __init__(self, path: Path, plan: ModelPlan) -> None:
        self._network = open_network(path, device=plan.device, threads=plan.threads)

    def fit(self, pixels: Pixels, crop: Square) -> Landmarks:
        """The landmarks inside `crop`; runs a second time when the crop was turned or ill-sized."""
        first = self._run(pixels, crop)
        better = self._recut(first)
        if better is None:
            return first
        second = self._run(pixels, better)
        return second if second.presence >= first.presence else first

    def follow(self, pixels: Pixels, last: Landmarks) -> Landmarks:
        """The landmarks of the face that `last` found in the picture before."""
        return self.fit(pixels, self._around(last))

    def _run(self, pixels: Pixels, crop: Square) -> Landmarks:
        cut = rgb(crop.cut(pixels, self._SIZE), scale=1 / 255)[None]
        presence, points = self._network.run(["Identity_1", "Identity_2"], {"input_1:nhwc": cut})
        placed = np.asarray(points, np.float32).reshape(468, 3)
        restored = crop.restore(placed, self._SIZE)
        return Landmarks(restored, float(presence.reshape(-1)[0]), crop)

    def _recut(self, found: Landmarks) -> Square | None:
        better = self._around(found)
        turned = abs(_wrapped(better.tilt - found.crop.tilt)) > self._TURNED
        fill = better.side / self._ROOM / found.crop.side
        if not turned and self._FILL[0] <= fill <= self._FILL[1]:
            return None
        return better

    def _around(self, found: Landmarks) -> Square:
        """An upright square with room around the face."""
        across = found.points[LEFT_EYE[0]] - found.points[RIGHT_EYE[0]]
        low, high = found.points[:, :2].min(0), found.points[:, :2].max(0)
        x, y = (float(value) for value in (low + high) / 2)
        side = self._ROOM * float((high - low).max())
        return Square(x, y, max(side, 1.0), float(np.arctan2(across[1], across[0])))


class Iris:
    """MediaPipe's iris model (Ablavatski et al. 2020), 64 x 64, made for one side."""

    id = "iris"
    _SIZE = 64
    _ROOM = 2.3  # side of the crop over the eye's width
    _CONTOUR = 16
    _IRIS = 71

    def __init__(self, path: Path, plan: ModelPlan) -> None:
        self._network = open_network(path, device=plan.device, threads=plan.threads)

    def look(self, pixels: Pixels, face: Landmarks) -> tuple[Eye, Eye]:
        """The person's right and left eye."""
        right, left = (self._square(face, eye) for eye in (RIGHT_EYE, LEFT_EYE))
        cuts = (right.cut(pixels, self._SIZE), left.cut(pixels, self._SIZE)[:, ::-1])
        batch = np.stack([rgb(np.ascontiguousarray(cut), scale=1 / 255) for cut in cuts])
        (raw,) = self._network.run(None, {"input_1:nhwc": batch})
        points = np.asarray(raw, np.float32).reshape(2, 76, 3)
        points[1, :, 0] = self._SIZE - points[1, :, 0]
        return self._eye(right, points[0]), self._eye(left, points[1])

    def _square(self, face: Landmarks, corners: tuple[int, int]) -> Square:
        outer, inner = (face.points[corner, :2] for corner in corners)
        x, y = (float(value) for value in (outer + inner) / 2)
        side = max(self._ROOM * float(np.hypot(*(outer - inner))), 1.0)
        return Square(x, y, side, face.crop.tilt)

    def _eye(self, square: Square, points: Points) -> Eye:
        placed = square.restore(points, self._SIZE)
        return Eye(placed[: self._CONTOUR], placed[self._IRIS :])


def _wrapped(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
