"""Seven words for a face's look (Arriaga et al. 2017). Unreliable: see the model's card."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from models import catalog
from models.face.mesh import Landmarks
from models.face.picture import Pixels, Square, grey
from models.runtime import open_network
from models.types import ModelPlan

Probabilities = tuple[tuple[str, float], ...]


class Expression:
    """A small network trained on FER2013's grey faces, 64 x 64."""

    id = "emotion"
    _SIZE = 64
    _ROOM = 1.1  # side of the crop over the mesh's: best of 0.8 to 1.35 on FER2013's pictures

    def __init__(self, path: Path, plan: ModelPlan) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"the expression model is not at {path}")
        self._network = open_network(path, device=plan.device, threads=plan.threads)
        self.labels = catalog.by_id(self.id).labels

    def read(self, pixels: Pixels, face: Landmarks) -> Probabilities:
        """(label, probability) in the catalog's order, for the face that the landmarks hold."""
        low, high = face.points[:, :2].min(0), face.points[:, :2].max(0)
        x, y = (float(value) for value in (low + high) / 2)
        side = max(self._ROOM * float((high - low).max()), 1.0)
        return self.read_crop(Square(x, y, side, face.crop.tilt).cut(pixels, 4 * self._SIZE))

    def read_crop(self, crop: Pixels) -> Probabilities:
        """The same for a picture that is nothing but a face (n x m x 3, BGR)."""
        size = (self._SIZE, self._SIZE)
        # INTER_AREA repeats pixels when it enlarges: 48 x 48 pictures then lose 3 points.
        how = cv2.INTER_AREA if min(crop.shape[:2]) >= self._SIZE else cv2.INTER_LINEAR
        small = cv2.resize(grey(crop), size, interpolation=how)
        centred = (small.astype(np.float32) / 127.5 - 1)[None, :, :, None]
        (found,) = self._network.run(None, {"input_1:nhwc": centred})
        values = (float(value) for value in np.asarray(found, np.float32)[0])
        return tuple(zip(self.labels, values, strict=True))
