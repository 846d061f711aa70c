"""How well expressions are named, and what the geometric measures are worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks import rates, report
from models.face.detector import Detection, Detector, open_detector
from models.face.expression import Expression
from models.face.geometry import Measures, measures, pose
from models.face.mesh import Iris, Landmarks, Mesh
from models.face.picture import Pixels, Square
from models.types import ModelPlan

CROP = 64  # pictures up to this side are tight crops: no detector is asked
TILT = 15.0  # degrees by which pictures are turned to see whether the roll follows
_MESH_ROOM = 1.375  # a FER2013 picture's side to the mesh's crop


@dataclass(frozen=True, slots=True)
class Sample:
    """One labelled face; `groups` such as ("gender=female",)."""

    path: Path
    set: str
    label: str
    groups: tuple[str, ...]


@dataclass(slots=True)
class Seen:
    """What came out for one sample. `said` is empty where the net was not at hand."""

    sample: Sample
    detected: bool
    landmarks: Landmarks | None = None
    shape: Measures | None = None
    said: dict[str, float] = field(default_factory=dict)
    cpu_ms: float = 0.0  # of the expression net
    mesh_ms: float = 0.0  # of mesh and iris


class Looker:
    """The face models of a plan, asked one by one so that each has its own cost."""

    def __init__(self, plan: ModelPlan) -> None:
        self.detector: Detector = open_detector(plan)
        self.mesh = Mesh(Path(plan.face_mesh.path), plan) if plan.face_mesh else None
        self.iris = Iris(Path(plan.iris.path), plan) if plan.iris else None
        found = plan.expression
        self.expression = Expression(Path(found.path), plan) if found else None

    def see(self, sample: Sample) -> Seen:
        """Detect, measure, name. Tight crops, and faces missed, are named as a whole picture."""
        pixels = read(sample.path)
        height, width = pixels.shape[:2]
        tight = max(height, width) <= CROP
        found = [] if tight else self.detector.detect(pixels)
        seen = Seen(sample, detected=bool(found))
        square = Square(width / 2, height / 2, max(height, width) * _MESH_ROOM)
        self._measure(pixels, seen, _main(found).crop if found else square)
        self._name(pixels, seen, whole=tight)
        return seen

    def _measure(self, pixels: Pixels, seen: Seen, crop: Square) -> None:
        if self.mesh is None:
            return
        start = report.cpu_seconds()
        landmarks = self.mesh.fit(pixels, crop)
        eyes = self.iris.look(pixels, landmarks) if self.iris else None
        seen.mesh_ms = 1000 * (report.cpu_seconds() - start)
        if landmarks.presence >= 0.5:
            seen.landmarks, seen.shape = landmarks, measures(landmarks.points, eyes)
        else:
            seen.detected = False

    def _name(self, pixels: Pixels, seen: Seen, *, whole: bool) -> None:
        if self.expression is None:
            return
        start = report.cpu_seconds()
        if seen.landmarks is None or whole:
            named = self.expression.read_crop(pixels)
        else:
            named = self.expression.read(pixels, seen.landmarks)
        seen.cpu_ms = 1000 * (report.cpu_seconds() - start)
        seen.said = dict(named)


def read(path: Path) -> Pixels:
    """A picture file, BGR."""
    found = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if found is None:
        raise ValueError(f"{path.name} is no picture")
    return np.asarray(found, np.uint8)


def named(seen: Sequence[Seen], labels: Sequence[str]) -> dict[str, object]:
    """Accuracy and macro-F1 of the expression net over the labels it knows."""
    known = [one for one in seen if one.sample.label in labels and one.said]
    if not known:
        return {"n": 0}
    truth = np.array([labels.index(one.sample.label) for one in known])
    said = np.array([labels.index(max(one.said, key=lambda k: one.said[k])) for one in known])
    accuracy = rates.ratio([float(hit) for hit in truth == said], [1.0] * len(known))
    scores = rates.bootstrap(len(known), lambda i: rates.macro_f1(truth[i], said[i]))
    return {
        "accuracy": accuracy["value"],
        "accuracy_95": accuracy["interval_95"],
        "macro_f1": round(rates.macro_f1(truth, said), 4),
        "macro_f1_95": scores,
        "ms_per_face": round(float(np.mean([one.cpu_ms for one in known])), 2),
        "n": len(known),
        "recall_per_class": {
            label: rates.wilson(int(((truth == k) & (said == k)).sum()), int((truth == k).sum()))
            for k, label in enumerate(labels)
            if (truth == k).any()
        },
    }


def emotion(seen: Sequence[Seen], labels: Sequence[str]) -> dict[str, object]:
    """The expression net, over all sets, each set, and each group of people."""
    sets = sorted({one.sample.set for one in seen})
    by_set = {name: named([one for one in seen if one.sample.set == name], labels) for name in sets}
    return {
        **named(seen, labels),
        "by_set": by_set,
        "by_group": _by_group(seen, labels),
        "happiness_against_neutral_auc": _aucs(
            seen, ("happiness", "neutral"), lambda one: one.said.get("happiness")
        ),
        "unknown_labels_left_out": sorted({one.sample.label for one in seen} - set(labels)),
    }


def _by_group(seen: Sequence[Seen], labels: Sequence[str]) -> dict[str, object]:
    """Share named rightly, happiness and neutral apart, out of all seven labels."""
    found: dict[str, object] = {}
    for group in sorted({group for one in seen for group in one.sample.groups}):
        part = [one for one in seen if group in one.sample.groups and one.said]
        for label in ("happiness", "neutral"):
            ours = [one for one in part if one.sample.label == label and label in labels]
            hits = sum(max(one.said, key=lambda k: one.said[k]) == label for one in ours)
            found[f"{group} {label}"] = rates.wilson(hits, len(ours))
    return found


def geometry(seen: Sequence[Seen], looker: Looker) -> dict[str, object]:
    """What the measures separate, and whether the pose follows mirror and turn."""
    shaped = [one for one in seen if one.shape is not None]
    return {
        "n": len(shaped),
        "ms_per_face": round(float(np.mean([one.mesh_ms for one in shaped] or [0])), 2),
        "smile_happiness_against_neutral_auc": _aucs(shaped, ("happiness", "neutral"), _smile),
        "smile_by_group": {
            group: _aucs(
                [one for one in shaped if group in one.sample.groups],
                ("happiness", "neutral"),
                _smile,
            )
            for group in sorted({group for one in shaped for group in one.sample.groups})
        },
        "brow_surprise_against_neutral_auc": _aucs(shaped, ("surprise", "neutral"), _brow),
        "mouth_surprise_against_neutral_auc": _aucs(shaped, ("surprise", "neutral"), _mouth),
        "pose_consistency_degrees": _consistency([one for one in shaped if one.detected], looker),
    }


def _smile(one: Seen) -> float | None:
    return one.shape.smile if one.shape else None


def _brow(one: Seen) -> float | None:
    return one.shape.brow_raise if one.shape else None


def _mouth(one: Seen) -> float | None:
    return one.shape.mouth_open if one.shape else None


def _aucs(
    seen: Sequence[Seen], pair: tuple[str, str], value: Callable[[Seen], float | None]
) -> dict[str, object]:
    found: dict[str, object] = {}
    for name in sorted({one.sample.set for one in seen}):
        sides: list[list[float]] = []
        for label in pair:
            ours = [one for one in seen if (one.sample.set, one.sample.label) == (name, label)]
            values = (value(one) for one in ours)
            sides.append([one for one in values if one is not None])
        if sides[0] and sides[1]:
            found[name] = rates.auc(*sides)
    return found


def _consistency(seen: Sequence[Seen], looker: Looker) -> dict[str, object]:
    """Mean |error| where no true pose is known: a mirror must flip yaw and roll, a turn add."""
    yaw, roll, turned = [], [], []
    for one in seen:
        pixels = read(one.sample.path)
        straight = _pose(pixels, looker)
        mirrored = _pose(pixels[:, ::-1].copy(), looker)
        leaning = _pose(_turned(pixels), looker)
        if straight and mirrored:
            yaw.append(abs(straight[0] + mirrored[0]))
            roll.append(abs(straight[2] + mirrored[2]))
        if straight and leaning:
            turned.append(abs(leaning[2] - straight[2] - TILT))
    return {
        "n": len(yaw),
        "mirror_yaw": _mean(yaw),
        "mirror_roll": _mean(roll),
        f"turned_{TILT:.0f}_roll": _mean(turned),
    }


def _pose(pixels: Pixels, looker: Looker) -> tuple[float, float, float] | None:
    found = looker.detector.detect(pixels)
    if not found or looker.mesh is None:
        return None
    angles = pose(looker.mesh.fit(pixels, _main(found).crop).points)
    return angles.yaw, angles.pitch, angles.roll


def _turned(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -TILT, 1)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height)), np.uint8)


def _main(found: Sequence[Detection]) -> Detection:
    """The surest: several findings of one large face are common in tight portraits."""
    return max(found, key=lambda one: (one.score, one.width))


def _mean(values: Iterable[float]) -> float | None:
    kept = [value for value in values if math.isfinite(value)]
    return round(float(np.mean(kept)), 2) if kept else None
