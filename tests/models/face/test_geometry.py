"""A made-up face, turned by known angles, must give those angles back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.face.geometry import Pose, axes, gaze, measures, pose, rotation, shape
from models.face.mesh import Eye
from models.face.picture import Points

# (x, y, z) in picture axes: x right (the person's left), y down, z away. One eye distance is 90.
PLACES = {
    10: (0, -80, 0),
    152: (0, 80, 0),
    1: (0, 10, -40),
    33: (-45, -30, 0),
    133: (-15, -30, 0),
    127: (-65, -30, 40),
    234: (-68, 0, 45),
    61: (-24, 40, -10),
    172: (-45, 55, 20),
    13: (0, 39.1, -12),
    14: (0, 40.9, -12),
    105: (-40, -55, 0),
    66: (-18, -55, 0),
    159: (-30, -35, 0),
    145: (-30, -25, 0),
    158: (-25, -35, 0),
    153: (-25, -25, 0),
    160: (-35, -35, 0),
    144: (-35, -25, 0),
}
MIRRORED = {
    33: 263,
    133: 362,
    127: 356,
    234: 454,
    61: 291,
    172: 397,
    105: 334,
    66: 296,
    159: 386,
    145: 374,
    158: 385,
    153: 380,
    160: 387,
    144: 373,
}


def face(**moved: tuple[float, float, float]) -> Points:
    """The made-up face; `p61=(x, y, z)` puts point 61, and its mirror image, elsewhere."""
    places = PLACES | {int(name[1:]): place for name, place in moved.items()}
    points = np.zeros((468, 3), np.float32)
    for index, place in places.items():
        points[index] = place
        if index in MIRRORED:
            points[MIRRORED[index]] = (-place[0], place[1], place[2])
    return points


def turned(points: Points, x: float = 0, y: float = 0, z: float = 0) -> Points:
    """Right-hand turn about a picture axis, in degrees, then moved into a picture."""
    matrix, _ = cv2.Rodrigues(np.radians(np.array([x, y, z], np.float64)))
    return (points @ matrix.T + np.array([320, 240, 0])).astype(np.float32)


@pytest.mark.parametrize("angle", [-50.0, -20.0, 0.0, 5.0, 35.0])
def test_a_turn_to_the_persons_left_is_positive_yaw(angle: float) -> None:
    found = pose(turned(face(), y=-angle))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((angle, 0, 0), abs=0.01)


@pytest.mark.parametrize("angle", [-30.0, 12.0, 40.0])
def test_looking_up_is_positive_pitch(angle: float) -> None:
    found = pose(turned(face(), x=-angle))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((0, angle, 0), abs=0.01)


@pytest.mark.parametrize("angle", [-60.0, -10.0, 25.0, 80.0])
def test_leaning_clockwise_in_the_picture_is_positive_roll(angle: float) -> None:
    found = pose(turned(face(), z=angle))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((0, 0, angle), abs=0.01)


def test_three_angles_at_once_come_back_apart() -> None:
    wanted = Pose(yaw=25.0, pitch=-15.0, roll=10.0)
    found = pose((face() @ rotation(wanted).T).astype(np.float32))
    assert (found.yaw, found.pitch, found.roll) == pytest.approx((25, -15, 10), abs=0.01)


def test_the_axes_stay_at_right_angles_on_a_crooked_face() -> None:
    crooked = turned(face(), x=10, y=20, z=30)
    crooked[291] += np.array([5, -9, 3], np.float32)
    found = axes(crooked)
    np.testing.assert_allclose(found.T @ found, np.eye(3), atol=1e-9)
    assert np.linalg.det(found) == pytest.approx(1.0)


def test_lengths_do_not_change_with_the_pose_or_the_size() -> None:
    straight = shape(face())
    away = shape(turned(face() * 3, x=15, y=-30, z=8))
    assert straight.mouth_width == pytest.approx(48 / 90)
    assert straight.eye == pytest.approx(10 / 30)
    assert straight.brow == pytest.approx(25 / 90)
    for name in ("eye", "mouth_gap", "mouth_width", "lift", "brow"):
        assert getattr(away, name) == pytest.approx(getattr(straight, name), abs=1e-4)


def test_a_neutral_face_moves_nothing() -> None:
    seen = measures(face())
    assert (seen.blink, seen.mouth_open, seen.smile, seen.brow_raise) == pytest.approx(
        (0, 0, 0, 0), abs=0.03
    )


def test_wide_lifted_corners_are_a_smile_and_an_open_mouth_is_not() -> None:
    assert measures(face(p61=(-29, 36, -10))).smile > 0.8
    gaping = measures(face(p14=(0, 80, -12)))
    assert gaping.mouth_open == 1.0
    assert gaping.smile == pytest.approx(0.0)


def test_lids_that_touch_are_a_blink() -> None:
    shut = {"p159": (-30, -28, 0), "p158": (-25, -28, 0), "p160": (-35, -28, 0)}
    assert measures(face(**shut)).blink == 1.0


def test_brows_that_rise_are_seen() -> None:
    raised = measures(face(p105=(-40, -66, 0), p66=(-18, -66, 0)))
    assert raised.brow_raise > 0.9


def eye(outer: float, inner: float, iris: tuple[float, float]) -> Eye:
    contour = np.zeros((16, 3), np.float32)
    contour[0, 0], contour[8, 0] = outer, inner
    return Eye(contour, np.array([[*iris, 0]] * 5, np.float32))


def test_gaze_is_measured_in_eye_widths_towards_the_persons_left_and_up() -> None:
    across = np.array([1.0, 0.0, 0.0])
    ahead = gaze((eye(-45, -15, (-30, 0)), eye(45, 15, (30, 0))), across)
    aside = gaze((eye(-45, -15, (-24, -6)), eye(45, 15, (36, -6))), across)
    assert aside[0] - ahead[0] == pytest.approx(0.2)
    assert aside[1] - ahead[1] == pytest.approx(0.2)
    assert ahead[0] == pytest.approx(0.0)


def test_a_flat_heap_of_points_gives_numbers_all_the_same() -> None:
    heap = np.zeros((468, 3), np.float32)
    found = pose(heap)
    seen = measures(heap)
    assert np.isfinite([found.yaw, found.pitch, found.roll, seen.smile, seen.blink]).all()
