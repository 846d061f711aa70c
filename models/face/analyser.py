"""All that is observed of the faces in one picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from models.face.detector import Detection, open_detector
from models.face.expression import Expression
from models.face.geometry import Measures, axes, gaze, measures, pose
from models.face.mesh import Iris, Landmarks, Mesh
from models.face.picture import Pixels, Square, brightness, picture
from models.types import Box, Face, FaceRequest, FaceResult, ModelFile, ModelPlan

_PRESENT = 0.5  # real faces give more than 0.98, a coffee cup 0.00
_CLOSE_PRESENT = 0.9  # no detector vouches for these
_CLOSE_ROOM = 1.2  # side of their crop over the picture's: the mesh wants a margin
_SMALLEST = 20.0  # pixels; on fewer there is nothing to measure
_SEARCH_EVERY = 10  # pictures of a stream: 5 s at two a second
_SAME = 0.4  # overlap (intersection over union) of two findings of one face


Found = tuple[Face, Landmarks | None]


@dataclass(frozen=True, slots=True)
class Detail:
    """What is measured beyond place, pose, mouth and brows; each where its model is at hand."""

    eyes: bool = True  # lids and gaze
    expression: bool = False


_USUAL = Detail()


@dataclass(frozen=True, slots=True)
class Trace:
    """Where the one face of a stream was, so that it need not be searched for each time."""

    face: Face
    landmarks: Landmarks
    size: tuple[int, int]  # of the picture: height, width
    age: int = 0  # pictures looked at since faces were last searched for


class Analyser:
    """The face models of one process, opened at once; the expression model when first asked for."""

    def __init__(self, plan: ModelPlan) -> None:
        self._plan = plan
        self._detector = open_detector(plan)
        self._mesh = Mesh(Path(plan.face_mesh.path), plan) if plan.face_mesh else None
        self._iris = Iris(Path(plan.iris.path), plan) if plan.iris and self._mesh else None

    @cached_property
    def _expression(self) -> Expression | None:
        found = self._plan.expression
        return Expression(Path(found.path), self._plan) if found else None

    def analyse(self, request: FaceRequest) -> FaceResult:
        """Every face, largest first. Raises ValueError when bytes and size do not agree.

        With `expression` set and a plan that names the model, raises FileNotFoundError when its
        file is gone; without, or where the plan names none, that file is not even looked for.
        """
        pixels = picture(request)
        detail = Detail(expression=request.expression)
        return self._told(pixels, self._search(pixels), detail)

    def follow(
        self, pixels: Pixels, trace: Trace | None, detail: Detail = _USUAL
    ) -> tuple[FaceResult, Trace | None]:
        """As `analyse`, for the next picture of a stream, with what the last one left.

        One face that stays is measured where it was: the mesh costs 1.7 ms, a search 7. Every
        tenth picture is searched all the same, for others who may have come in.
        """
        found, age = self._stay(pixels, trace), 1 + (trace.age if trace else 0)
        if found is None:
            pairs, age = self._search(pixels), 0
        else:
            pairs = [found]
        result = self._told(pixels, pairs, detail)
        face, landmarks = pairs[0] if len(pairs) == 1 else (None, None)
        if face is None or landmarks is None:
            return result, None
        height, width = pixels.shape[:2]
        return result, Trace(face, landmarks, (height, width), age)

    def _told(self, pixels: Pixels, pairs: list[Found], detail: Detail) -> FaceResult:
        return FaceResult(
            faces=tuple(self._measured(pixels, *pair, detail) for pair in pairs),
            brightness=brightness(pixels),
            engines=self._engines(detail),
        )

    def _stay(self, pixels: Pixels, trace: Trace | None) -> Found | None:
        """The face that was there before, if it still is and needs no search."""
        if self._mesh is None or trace is None or trace.age + 1 >= _SEARCH_EVERY:
            return None
        if trace.size != pixels.shape[:2]:
            return None
        landmarks = self._mesh.follow(pixels, trace.landmarks)
        if landmarks.presence < _CLOSE_PRESENT:
            return None
        return replace(trace.face, box=_moved(trace, _extent(landmarks))), landmarks

    def _search(self, pixels: Pixels) -> list[Found]:
        found = [self._observe(pixels, one) for one in self._detector.detect(pixels)]
        return _distinct([pair for pair in found if pair is not None]) or self._close_up(pixels)

    def _observe(self, pixels: Pixels, found: Detection) -> Found | None:
        """The face and its landmarks; None when the mesh denies that it is one."""
        height, width = pixels.shape[:2]
        box = Box(found.x / width, found.y / height, found.width / width, found.height / height)
        face = Face(box, found.score)
        if self._mesh is None or min(found.width, found.height) < _SMALLEST:
            return face, None
        landmarks = self._mesh.fit(pixels, found.crop)
        if landmarks.presence < _PRESENT:
            return None
        return face, landmarks

    def _close_up(self, pixels: Pixels) -> list[Found]:
        """A face that fills the picture, which detectors miss or find only parts of."""
        height, width = pixels.shape[:2]
        if self._mesh is None or min(height, width) < _SMALLEST:
            return []
        side = _CLOSE_ROOM * max(height, width)
        landmarks = self._mesh.fit(pixels, Square(width / 2, height / 2, side))
        if landmarks.presence < _CLOSE_PRESENT:
            return []
        low = np.clip(landmarks.points[:, :2].min(0), 0, (width, height))
        size = np.clip(landmarks.points[:, :2].max(0), 0, (width, height)) - low
        x, y, wide, high = (float(value) for value in (*low, *size))
        box = Box(x / width, y / height, wide / width, high / height)
        return [(Face(box, landmarks.presence), landmarks)]

    def _measured(
        self, pixels: Pixels, face: Face, found: Landmarks | None, detail: Detail
    ) -> Face:
        if found is None:
            return face
        turned = pose(found.points)
        eyes = self._iris.look(pixels, found) if self._iris and detail.eyes else None
        seen: Measures = measures(found.points, eyes)
        looking = gaze(eyes, axes(found.points)[:, 0]) if eyes else (None, None)
        named = self._expression if detail.expression else None
        return replace(
            face,
            yaw=turned.yaw,
            pitch=turned.pitch,
            roll=turned.roll,
            gaze_x=looking[0],
            gaze_y=looking[1],
            blink=seen.blink if detail.eyes else None,
            mouth_open=seen.mouth_open,
            smile=seen.smile,
            brow_raise=seen.brow_raise,
            expression=named.read(pixels, found) if named else (),
        )

    def _engines(self, detail: Detail) -> tuple[str, ...]:
        plan = self._plan
        iris = plan.iris if self._iris and detail.eyes else None
        later: list[ModelFile | None] = [plan.face_mesh, iris]
        if detail.expression and plan.face_mesh:
            later.append(plan.expression)
        return (self._detector.id, *(file.id for file in later if file is not None))


def _distinct(
    found: list[Found],
) -> list[Found]:
    """The mesh moves two findings of one face onto each other: keep the surer one."""
    kept: list[Found] = []
    taken: list[Box] = []
    for face, landmarks in sorted(found, key=lambda pair: pair[0].score, reverse=True):
        extent = _extent(landmarks) if landmarks else None
        if extent is None or all(_overlap(extent, other) < _SAME for other in taken):
            kept.append((face, landmarks))
            taken += [extent] if extent else []
    return sorted(kept, key=lambda pair: pair[0].box.width * pair[0].box.height, reverse=True)


def _moved(trace: Trace, now: Box) -> Box:
    """The face's box, moved and scaled as its landmarks were since (extents in pixels)."""
    before, box = _extent(trace.landmarks), trace.face.box
    height, width = trace.size
    scale = now.height / max(before.height, 1e-6)
    x = box.x + box.width / 2 + (now.x + now.width / 2 - before.x - before.width / 2) / width
    y = box.y + box.height / 2 + (now.y + now.height / 2 - before.y - before.height / 2) / height
    left, top = (min(max(value, 0.0), 1.0) for value in _corner(x, y, box, scale))
    wide, high = min(box.width * scale, 1.0 - left), min(box.height * scale, 1.0 - top)
    return Box(left, top, wide, high)


def _corner(x: float, y: float, box: Box, scale: float) -> tuple[float, float]:
    return x - box.width * scale / 2, y - box.height * scale / 2


def _extent(found: Landmarks) -> Box:
    """In pixels."""
    low, high = found.points[:, :2].min(0), found.points[:, :2].max(0)
    return Box(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def _overlap(one: Box, other: Box) -> float:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(across, 0.0) * max(down, 0.0)
    return both / max(one.width * one.height + other.width * other.height - both, 1e-9)
