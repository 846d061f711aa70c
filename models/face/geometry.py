"""Pure geometry of 468 landmarks: head pose, and measures of eyes, mouth and brows.

The face's own axes: x to the person's left, y down, z into the head. Lengths are divided by the
distance of the outer eye corners. None of this is a feeling; it says what moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.face.mesh import LEFT_EYE, RIGHT_EYE, Eye
from models.face.picture import Points

Matrix = npt.NDArray[np.float64]

# (person's right, person's left) points that lie level on an upright face
_PAIRS = ((33, 263), (133, 362), (127, 356), (234, 454), (61, 291), (172, 397))
_TOP, _CHIN = 10, 152
_LIPS = (13, 14)  # inner edges, upper and lower
_CORNERS = (61, 291)  # of the mouth
_BROWS = ((105, 66), (334, 296))
# Lids in the mesh: (upper, lower) pairs for the right and left eye
_LIDS = (((159, 145), (158, 153), (160, 144)), ((386, 374), (385, 380), (387, 373)))
# The same lids in the iris model's contour
_CONTOUR_LIDS = ((12, 4), (11, 3), (13, 5))


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees. Yaw > 0: turned to the person's left; pitch > 0: up; roll > 0: clockwise.

    Yaw and pitch say where the nose points; roll is the turn about that direction.
    """

    yaw: float
    pitch: float
    roll: float


def axes(points: Points) -> Matrix:
    """The face's axes as columns, in picture axes (x right, y down, z away from the camera)."""
    wide = points.astype(np.float64)
    down = wide[_CHIN] - wide[_TOP]
    across = sum((wide[left] - wide[right] for right, left in _PAIRS), np.zeros(3))
    down = _unit(down)
    across = _unit(across - down * float(across @ down))
    return np.stack([across, down, np.cross(across, down)], axis=1)


def pose(points: Points) -> Pose:
    """Head pose from the mesh's own depth."""
    turned = axes(points)
    nose = -turned[:, 2]
    yaw, pitch = np.arctan2(nose[0], -nose[2]), np.arcsin(np.clip(-nose[1], -1.0, 1.0))
    upright = rotation(Pose(float(np.degrees(yaw)), float(np.degrees(pitch)), 0.0)).T @ turned
    roll = np.arctan2(upright[1, 0], upright[0, 0])
    return Pose(*(float(np.degrees(angle)) for angle in (yaw, pitch, roll)))


def rotation(angles: Pose) -> Matrix:
    """The axes of a face with that pose."""
    yaw, pitch, roll = (np.radians(angle) for angle in (angles.yaw, angles.pitch, angles.roll))
    turn = np.array(
        [[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]], np.float64
    )
    nod = np.array(
        [[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]],
        np.float64,
    )
    lean = np.array(
        [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]], np.float64
    )
    return np.asarray(turn @ nod @ lean, np.float64)


@dataclass(frozen=True, slots=True)
class Shape:
    """Lengths of a face seen from the front, in distances of the outer eye corners.

    `eye` is the lid gap over the eye's width (the "eye aspect ratio"). `lift` is how far the
    mouth's corners lie above the upper lip's inner edge, which talking does not move.
    """

    eye: float
    mouth_gap: float
    mouth_width: float
    lift: float
    brow: float


def shape(points: Points, eyes: tuple[Eye, Eye] | None = None) -> Shape:
    """The raw lengths; the iris model's eyes are used for the lids where given."""
    own = (points.astype(np.float64) - points[1]) @ axes(points)
    unit = max(_length(own[RIGHT_EYE[0]] - own[LEFT_EYE[0]]), 1e-6)
    level = np.mean([own[corner, 1] for corner in (*RIGHT_EYE, *LEFT_EYE)])
    upper, lower = own[_LIPS[0]], own[_LIPS[1]]
    right, left = own[_CORNERS[0]], own[_CORNERS[1]]
    brows = np.mean([own[point, 1] for pair in _BROWS for point in pair])
    return Shape(
        eye=_openness(own, eyes),
        mouth_gap=_length(lower - upper) / unit,
        mouth_width=_length(left - right) / unit,
        lift=float(upper[1] - (right[1] + left[1]) / 2) / unit,
        brow=float(level - brows) / unit,
    )


@dataclass(frozen=True, slots=True)
class Measures:
    """0..1 each: not at all, to as far as it goes."""

    blink: float
    mouth_open: float
    smile: float
    brow_raise: float


# The ends of each measure. Mouth and brows: 0 near the median of 34 neutral studio portraits of
# the Face Research Lab London Set, 1 near the widest; lids: from blinks of people talking.
_EYE_OPEN, _EYE_SHUT = 0.26, 0.12
_MESH_EYE_OPEN, _MESH_EYE_SHUT = 0.25, 0.17  # the mesh alone hardly closes its eyes
_MOUTH = (0.03, 0.40)
_SMILE = (0.53, 0.70)  # mouth width plus lift
_BROW = (0.29, 0.40)


def measures(points: Points, eyes: tuple[Eye, Eye] | None = None) -> Measures:
    """What moves in this face, by `shape`."""
    seen = shape(points, eyes)
    lids = (_EYE_OPEN, _EYE_SHUT) if eyes is not None else (_MESH_EYE_OPEN, _MESH_EYE_SHUT)
    return Measures(
        blink=_between(seen.eye, *lids),
        mouth_open=_between(seen.mouth_gap, *_MOUTH),
        smile=_between(seen.mouth_width + seen.lift, *_SMILE),
        brow_raise=_between(seen.brow, *_BROW),
    )


_LEVEL_GAZE = 0.077  # the iris lies so far above the line of the eye's corners when we look ahead


def gaze(eyes: tuple[Eye, Eye], across: Matrix) -> tuple[float, float]:
    """Mean offset of the irises from the eyes' centres, in eye widths.

    x > 0: towards the person's left; y > 0: up, as with yaw and pitch. `across` is the face's
    own x axis (3), of which the part in the picture counts.
    """
    right = _unit(across[:2])
    up = np.array([right[1], -right[0]])
    offsets = []
    for eye in eyes:
        outer, inner = (eye.contour[corner, :2].astype(np.float64) for corner in (0, 8))
        width = max(_length(outer - inner), 1e-6)
        offset = (eye.iris[0, :2] - (outer + inner) / 2) / width
        offsets.append((float(offset @ right), float(offset @ up)))
    x, y = ((offsets[0][axis] + offsets[1][axis]) / 2 for axis in (0, 1))
    return x, y - _LEVEL_GAZE


def _between(value: float, zero: float, one: float) -> float:
    return min(max((value - zero) / (one - zero), 0.0), 1.0)


def _openness(own: Matrix, eyes: tuple[Eye, Eye] | None) -> float:
    if eyes is not None:
        return float(np.mean([_ratio(eye.contour[:, :2], (0, 8), _CONTOUR_LIDS) for eye in eyes]))
    sides = zip((RIGHT_EYE, LEFT_EYE), _LIDS, strict=True)
    return float(np.mean([_ratio(own, corners, lids) for corners, lids in sides]))


def _ratio(
    points: npt.NDArray[np.floating],
    corners: tuple[int, int],
    lids: tuple[tuple[int, int], ...],
) -> float:
    width = max(_length(points[corners[0]] - points[corners[1]]), 1e-6)
    gaps = [_length(points[upper] - points[lower]) for upper, lower in lids]
    return float(np.mean(gaps)) / width


def _length(vector: npt.NDArray[np.floating]) -> float:
    return float(np.linalg.norm(vector))


def _unit(vector: Matrix) -> Matrix:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float64)
