"""Finds faces: BlazeFace where its file is at hand, the Haar cascade that OpenCV carries else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import cv2.data
import numpy as np
import numpy.typing as npt

from models.face.picture import Pixels, Square, grey, rgb
from models.runtime import Network, open_network
from models.types import ModelPlan

HAAR_ID = "haar-alt2"


@dataclass(frozen=True, slots=True)
class Detection:
    """One face. Box in pixels, cut at the picture's edge; `crop` is what the mesh wants to see."""

    x: float
    y: float
    width: float
    height: float
    score: float
    crop: Square


class Detector(Protocol):
    """Finds the faces of a picture, largest first."""

    @property
    def id(self) -> str:
        """The catalog id."""
        ...

    def detect(self, pixels: Pixels) -> list[Detection]:
        """All faces, largest first; an empty list when there are none."""
        ...


def open_detector(plan: ModelPlan) -> Detector:
    """The detector that the plan names, else the Haar cascade."""
    found = plan.face_detector
    if found is None or found.id == HAAR_ID:
        return Haar()
    if found.id == Blaze.id:
        return Blaze(open_network(Path(found.path), device=plan.device, threads=plan.threads))
    raise ValueError(f"no face detector is called {found.id!r}")


class Haar:
    """OpenCV's frontal cascade (Lienhart, alt2) on a picture of at most 320 pixels."""

    id = HAAR_ID
    _SIDE = 320
    _SMALLEST = 40  # an eighth of that; 24 finds distant faces too, at twice the cost
    _CROP = 1.5  # side of the mesh's crop over the box's, whose top lies below the hairline

    def __init__(self) -> None:
        file = Path(cv2.data.haarcascades) / "haarcascade_frontalface_alt2.xml"
        self._cascade = cv2.CascadeClassifier(str(file))

    def detect(self, pixels: Pixels) -> list[Detection]:
        """All faces of at least an eighth of the longer side. The score is always 1."""
        height, width = pixels.shape[:2]
        scale = min(1.0, self._SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(grey(pixels), size, interpolation=cv2.INTER_AREA)
        found = self._cascade.detectMultiScale(
            small, scaleFactor=1.2, minNeighbors=4, minSize=(self._SMALLEST, self._SMALLEST)
        )
        boxes = np.asarray(found, np.float32).reshape(-1, 4) / scale
        return _largest_first([self._detection(box, width, height) for box in boxes])

    def _detection(self, box: npt.NDArray[np.float32], width: int, height: int) -> Detection:
        x, y, wide, high = (float(value) for value in box)
        crop = Square(x + wide / 2, y + high * 0.52, self._CROP * max(wide, high))
        return _clipped(Detection(x, y, wide, high, 1.0, crop), width, height)


class Blaze:
    """BlazeFace for the back camera (Bazarevsky et al. 2019): 256 x 256, 896 anchors.

    Each anchor gives a logit and sixteen offsets in input pixels: box centre and size, then six
    points, of which the first two are the eyes (left and right of the picture).
    """

    id = "blazeface"
    _SIZE = 256
    _GRIDS = ((16, 2), (32, 6))  # (stride, anchors per cell)
    _THRESHOLD = 0.5  # takes a coffee cup for a face, which the mesh then denies; 0.65 loses faces
    _MOST = 16  # what a crowd may cost
    _OVERLAP = 0.3
    _CROP = 1.5

    def __init__(self, network: Network) -> None:
        self._network = network
        self._anchors = self._make_anchors()

    def detect(self, pixels: Pixels) -> list[Detection]:
        """All faces; those smaller than about a twentieth of the longer side are missed."""
        height, width = pixels.shape[:2]
        whole = Square(width / 2, height / 2, float(max(width, height)))
        scale = self._SIZE / whole.side
        scores, raw = self._infer(self._boxed(pixels, scale))
        kept = np.flatnonzero(scores >= self._THRESHOLD)
        scores, raw, anchors = scores[kept], raw[kept], self._anchors[kept]
        centres = anchors + raw[:, :2]
        corners = np.hstack([centres - raw[:, 2:4] / 2, raw[:, 2:4]])
        eyes = np.stack([raw[:, 4:6] + anchors, raw[:, 6:8] + anchors], axis=1)
        best = cv2.dnn.NMSBoxes(corners.tolist(), scores.tolist(), self._THRESHOLD, self._OVERLAP)
        offset = np.array([width, height], np.float32) / 2 - whole.side / 2
        found = []
        for index in np.asarray(best, np.int64).reshape(-1)[: self._MOST]:
            x, y = (float(value) for value in corners[index, :2] / scale + offset)
            wide, high = (float(value) for value in corners[index, 2:] / scale)
            across = eyes[index, 1] - eyes[index, 0]
            crop = Square(
                x + wide / 2,
                y + high / 2,
                self._CROP * max(wide, high),
                float(np.arctan2(across[1], across[0])),
            )
            detection = Detection(x, y, wide, high, float(scores[index]), crop)
            found.append(_clipped(detection, width, height))
        return _largest_first(found)

    def _boxed(self, pixels: Pixels, scale: float) -> npt.NDArray[np.float32]:
        """The picture in the middle of a black square, RGB in -1..1, 1 x 256 x 256 x 3."""
        height, width = pixels.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = cv2.resize(pixels, size, interpolation=how)
        boxed = np.zeros((self._SIZE, self._SIZE, 3), np.uint8)
        left, top = (self._SIZE - size[0]) // 2, (self._SIZE - size[1]) // 2
        boxed[top : top + size[1], left : left + size[0]] = small
        return rgb(boxed, scale=1 / 127.5, shift=-1.0)[None]

    def _infer(
        self, boxed: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        names = ["Identity", "Identity_1", "Identity_2", "Identity_3"]
        fine, coarse, fine_raw, coarse_raw = self._network.run(names, {"input:nhwc": boxed})
        logits = np.concatenate([fine[0, :, 0], coarse[0, :, 0]]).astype(np.float32)
        raw = np.concatenate([fine_raw[0], coarse_raw[0]]).astype(np.float32)
        chances = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        return chances.astype(np.float32), raw

    def _make_anchors(self) -> npt.NDArray[np.float32]:
        """Cell centres in input pixels, row by row, 896 x 2."""
        parts = []
        for stride, count in self._GRIDS:
            line = (np.arange(self._SIZE // stride, dtype=np.float32) + 0.5) * stride
            down, across = np.meshgrid(line, line, indexing="ij")
            cells = np.stack([across, down], axis=-1).reshape(-1, 2)
            parts.append(np.repeat(cells, count, axis=0))
        return np.concatenate(parts)


def _clipped(found: Detection, width: int, height: int) -> Detection:
    left, top = min(max(found.x, 0.0), float(width)), min(max(found.y, 0.0), float(height))
    right = min(max(found.x + found.width, left), float(width))
    bottom = min(max(found.y + found.height, top), float(height))
    return Detection(left, top, right - left, bottom - top, found.score, found.crop)


def _largest_first(found: list[Detection]) -> list[Detection]:
    seen = [one for one in found if one.width > 0 and one.height > 0]
    return sorted(seen, key=lambda one: one.width * one.height, reverse=True)
