"""How many faces are found, how well looks are named, and what each costs.

Data: `face_detection/labels.csv` (file, n_faces) and `face_expression/labels.csv` (file, label,
set, and where known gender and ethnicity). Detection knows only how many faces a picture has,
not where: hits are min(found, there), false alarms the rest, so that a picture with one face
missed and one thing mistaken counts as right. All CPU times are user and system, one thread;
`ms_per_face` of a detector is that of a 640 x 480 frame with one face.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np

from benchmarks import face_looks, rates, report
from benchmarks.face_looks import Looker, Sample, Seen, read
from models.face import Analyser
from models.face.detector import HAAR_ID, open_detector
from models.face.picture import Pixels
from models.types import FaceRequest, ModelFile, ModelPlan
from models.weights import ModelSettings, resolve

DEFAULT_DATA = Path(__file__).parents[1] / "../shared/data"
DEFAULT_CACHE = Path("~/.cache/candor/models")
PACKAGES = ("onnxruntime", "opencv-python-headless", "numpy")
FRAME = (640, 480)  # what a session's camera sends
Counter = Callable[[Pixels], int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture with its number of faces."""

    path: Path
    faces: int


def pictures(data: Path, *, limit: int) -> list[Picture]:
    """The detection set, spread over the table when limited (0: all)."""
    folder = data / "face_detection"
    rows = _rows(folder)
    found = [Picture(folder / row["file"], int(row["n_faces"])) for row in rows]
    return _spread([one for one in found if one.path.is_file()], limit)


def samples(data: Path, *, limit: int) -> list[Sample]:
    """The expression sets, at most `limit` of each set and label."""
    folder = data / "face_expression"
    kinds: dict[tuple[str, str], list[Sample]] = {}
    for row in _rows(folder):
        sample = Sample(folder / row["file"], row.get("set") or "all", row["label"], _groups(row))
        if sample.path.is_file():
            kinds.setdefault((sample.set, sample.label), []).append(sample)
    return [one for kind in kinds.values() for one in _spread(kind, limit)]


def _rows(folder: Path) -> list[dict[str, str]]:
    table = folder / "labels.csv"
    if not table.is_file():
        report.progress(f"no {folder.name}/labels.csv")
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _groups(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={row[name]}" for name in ("ethnicity", "gender") if row.get(name))


def _spread(found: list[T], limit: int) -> list[T]:
    return found[:: max(1, len(found) // limit)][:limit] if limit else found


def counters(plan: ModelPlan) -> dict[str, Counter]:
    """Each detector alone, and the whole chain, where the mesh confirms what was found."""
    plans = {HAAR_ID: replace(plan, face_detector=None)}
    if plan.face_detector is not None:
        plans[plan.face_detector.id] = plan
    found: dict[str, Counter] = {}
    for name, one in plans.items():
        found[name] = _by_detector(one)
        if one.face_mesh is not None:
            found[f"{name}+facemesh"] = _by_chain(one)
    return found


def _by_detector(plan: ModelPlan) -> Counter:
    detector = open_detector(plan)
    return lambda pixels: len(detector.detect(pixels))


def _by_chain(plan: ModelPlan) -> Counter:
    analyser = Analyser(plan)
    return lambda pixels: len(analyser.analyse(_request(pixels)).faces)


def _request(pixels: Pixels) -> FaceRequest:
    height, width = pixels.shape[:2]
    return FaceRequest(pixels.tobytes(), width, height)


def detection(
    count: Counter, found: Sequence[Picture], people: Sequence[Sample]
) -> dict[str, object]:
    """Recall, false alarms and cost of one way to count faces."""
    seen = [count(read(one.path)) for one in found]
    hits = [min(number, one.faces) for number, one in zip(seen, found, strict=True)]
    recall = rates.ratio(hits, [one.faces for one in found])
    precision = rates.ratio(hits, seen)
    empty = [number for number, one in zip(seen, found, strict=True) if one.faces == 0]
    return {
        "recall": recall["value"],
        "recall_95": recall["interval_95"],
        "false_alarms": sum(seen) - sum(hits),
        "precision": precision["value"],
        "precision_95": precision["interval_95"],
        "empty_pictures": len(empty),
        "empty_pictures_with_an_alarm": sum(number > 0 for number in empty),
        "ms_per_image": _cost(count, [read(one.path) for one in found]),
        "ms_per_640x480": _cost(count, [_framed(read(one.path)) for one in found]),
        "ms_per_face": _cost(count, [_framed(read(one.path)) for one in found if one.faces == 1]),
        "n": len(found),
        "n_faces": sum(one.faces for one in found),
        "portraits": _portraits(count, people),
    }


def _portraits(count: Counter, people: Sequence[Sample]) -> dict[str, object]:
    """Share of single portraits (tight 48 x 48 crops left out) with a face found."""
    shares: dict[str, list[bool]] = {}
    for one in people:
        pixels = read(one.path)
        if max(pixels.shape[:2]) <= face_looks.CROP:
            continue
        hit = count(pixels) > 0
        for name in (one.set, *one.groups):
            shares.setdefault(name, []).append(hit)
    return {name: rates.wilson(sum(hits), len(hits)) for name, hits in sorted(shares.items())}


def _cost(count: Counter, loaded: Sequence[Pixels]) -> float | None:
    if not loaded:
        return None
    count(loaded[0])  # the first run allocates
    start = report.cpu_seconds()
    for pixels in loaded:
        count(pixels)
    return round(1000 * (report.cpu_seconds() - start) / len(loaded), 2)


def _framed(pixels: Pixels) -> Pixels:
    """The picture inside a 640 x 480 frame, as a camera would give it."""
    height, width = pixels.shape[:2]
    scale = min(FRAME[0] / width, FRAME[1] / height)
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    frame = np.full((FRAME[1], FRAME[0], 3), 90, np.uint8)
    left, top = (FRAME[0] - size[0]) // 2, (FRAME[1] - size[1]) // 2
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    frame[top : top + size[1], left : left + size[0]] = small
    return frame


def looks(plan: ModelPlan, found: Sequence[Sample]) -> dict[str, object]:
    """The expression net and the geometric measures."""
    looker = Looker(plan)
    seen: list[Seen] = []
    for number, sample in enumerate(found, 1):
        seen.append(looker.see(sample))
        if number % 100 == 0:
            report.progress(f"  {number}/{len(found)} looks")
    result: dict[str, object] = {}
    if looker.expression is not None:
        result[looker.expression.id] = face_looks.emotion(seen, looker.expression.labels)
    if looker.mesh is not None:
        result["geometry"] = face_looks.geometry(seen, looker)
    return result


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks face", description=__doc__)
    parser.add_argument("--json", action="store_true", help="end in one JSON line (always on)")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with the sets")
    parser.add_argument("--limit", type=int, default=0, help="pictures per set and label; 0: all")
    parser.add_argument("--save", default="", help="name of the file in benchmarks/results")
    options = parser.parse_args(argv)
    if not (options.save or options.limit) and options.data == DEFAULT_DATA:
        options.save = "face"  # a full run on the usual material
    return options


def _plan() -> ModelPlan:
    cache = os.environ.get("CANDOR_CACHE_DIR", "")
    device = os.environ.get("CANDOR_DEVICE", "cpu")
    settings = ModelSettings(cache=Path(cache or DEFAULT_CACHE), device=device, expression=True)
    return resolve(settings)


def _models(plan: ModelPlan) -> list[str]:
    files: list[ModelFile | None] = [
        plan.face_detector,
        plan.face_mesh,
        plan.iris,
        plan.expression,
    ]
    return [file.id for file in files if file is not None]


def main(argv: list[str]) -> int:
    """Measure and report; 1 when there was nothing to measure."""
    options = _arguments(argv)
    plan = _plan()
    cv2.setNumThreads(plan.threads)
    found = pictures(options.data, limit=options.limit)
    people = samples(options.data, limit=options.limit)
    if not found and not people:
        report.progress("nothing to measure")
        return 1
    engines: dict[str, object] = {}
    for name, count in counters(plan).items():
        report.progress(f"{name}: {len(found)} pictures, {len(people)} portraits")
        engines[name] = detection(count, found, people)
    engines |= looks(plan, people)
    settings = {"limit": options.limit, "threads": plan.threads, "seed": rates.SEED}
    result: dict[str, object] = {
        "benchmark": "face",
        "models": _models(plan),
        "engines": engines,
        **report.circumstances(PACKAGES, settings | {"device": plan.device}),
    }
    if options.save:
        report.progress(f"written: {report.write(options.save, result).name}")
    report.last_line(result)
    return 0
