"""Real portraits and odd pictures through the whole chain, with and without model files."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.face import handlers
from models.face.picture import Pixels, Square, brightness
from models.types import Face, FaceRequest, FaceResult, ModelFile, ModelPlan

BARE = ModelPlan(vad=ModelFile("silero-vad", "unused"))


def request(pixels: Pixels, *, expression: bool = False) -> FaceRequest:
    height, width = pixels.shape[:2]
    return FaceRequest(np.ascontiguousarray(pixels).tobytes(), width, height, expression)


def analyse(plan: ModelPlan, pixels: Pixels, *, expression: bool = False) -> FaceResult:
    return handlers(plan)["still"](request(pixels, expression=expression))


def read(path: Path) -> Pixels:
    return np.asarray(cv2.imread(str(path)), np.uint8)


@pytest.fixture(scope="module")
def full(face_models: Path) -> ModelPlan:
    def file(name: str) -> ModelFile:
        return ModelFile(name, str(face_models / f"{name}.onnx"))

    return replace(
        BARE,
        face_detector=file("blazeface"),
        face_mesh=file("facemesh"),
        iris=file("iris"),
        expression=file("emotion"),
    )


def only(result: FaceResult) -> Face:
    assert len(result.faces) == 1
    return result.faces[0]


def test_the_cascade_alone_finds_the_portrait(portrait: Pixels) -> None:
    result = analyse(BARE, portrait)
    face = only(result)
    assert result.engines == ("haar-alt2",)
    assert face.box.x < 0.5 < face.box.x + face.box.width
    assert face.yaw is None
    assert face.smile is None


def test_the_portrait_is_upright_and_nearly_frontal(full: ModelPlan, portrait: Pixels) -> None:
    result = analyse(full, portrait)
    face = only(result)
    assert result.engines == ("blazeface", "facemesh", "iris")
    assert face.roll == pytest.approx(0, abs=10)
    assert face.yaw == pytest.approx(0, abs=25)
    assert face.expression == ()
    assert 0 < result.brightness < 1


def test_a_mirror_turns_the_head_and_the_gaze_the_other_way(
    full: ModelPlan, portrait: Pixels
) -> None:
    face, mirrored = only(analyse(full, portrait)), only(analyse(full, portrait[:, ::-1]))
    assert face.yaw is not None
    assert mirrored.yaw == pytest.approx(-face.yaw, abs=4)
    assert face.roll is not None
    assert mirrored.roll == pytest.approx(-face.roll, abs=4)
    assert face.gaze_x is not None
    assert mirrored.gaze_x == pytest.approx(-face.gaze_x, abs=0.06)
    assert mirrored.smile == pytest.approx(face.smile, abs=0.2)


def test_heads_turned_far_change_the_sign_of_their_yaw_in_a_mirror(
    full: ModelPlan, shared_data: Path
) -> None:
    pixels = read(shared_data / "face_detection/ul_18.jpg")
    faces, mirrored = analyse(full, pixels).faces, analyse(full, pixels[:, ::-1]).faces
    turned = [face for face in faces if face.yaw is not None and abs(face.yaw) > 10]
    assert turned
    for face in turned:
        centre = 1 - (face.box.x + face.box.width / 2)
        twin = min(mirrored, key=lambda one: abs(one.box.x + one.box.width / 2 - centre))
        assert twin.yaw == pytest.approx(-(face.yaw or 0), abs=8)


@pytest.mark.parametrize("angle", [-35.0, 20.0])
@pytest.mark.parametrize("detector", ["blazeface", "haar-alt2"])
def test_a_turned_picture_turns_the_roll(
    full: ModelPlan, portrait: Pixels, angle: float, detector: str
) -> None:
    if detector == "haar-alt2":
        full, angle = replace(full, face_detector=None), angle / 4  # a cascade knows no more
    height, width = portrait.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1)
    turned = np.asarray(cv2.warpAffine(portrait, turn, (width, height)), np.uint8)
    before, after = only(analyse(full, portrait)).roll, only(analyse(full, turned)).roll
    assert before is not None
    assert after == pytest.approx(before + angle, abs=5)


def test_two_faces_come_largest_first(full: ModelPlan, portrait: Pixels) -> None:
    height, width = portrait.shape[:2]
    small = cv2.resize(portrait, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    canvas = np.full((height, width * 2, 3), 128, np.uint8)
    canvas[: height // 2, : width // 2] = small
    canvas[:, width:] = portrait
    faces = analyse(full, canvas).faces
    assert len(faces) == 2
    assert faces[0].box.x > 0.5 > faces[1].box.x
    assert faces[0].box.width > faces[1].box.width


def test_a_face_that_fills_the_picture_is_seen(full: ModelPlan, portrait: Pixels) -> None:
    height, width = portrait.shape[:2]
    box = only(analyse(full, portrait)).box
    top, left = int(box.y * height), int(box.x * width)
    near = portrait[top : top + int(box.height * height), left : left + int(box.width * width)]
    face = only(analyse(full, near))
    assert face.box.width > 0.7
    assert face.roll == pytest.approx(0, abs=10)


def test_expressions_come_only_when_asked_for(full: ModelPlan, portrait: Pixels) -> None:
    result = analyse(full, portrait, expression=True)
    found = dict(only(result).expression)
    assert result.engines[-1] == "emotion"
    assert set(found) >= {"happiness", "neutral", "anger"}
    assert sum(found.values()) == pytest.approx(1, abs=1e-4)


def test_without_being_asked_the_expression_file_is_never_opened(
    full: ModelPlan, portrait: Pixels, tmp_path: Path
) -> None:
    gone = replace(full, expression=ModelFile("emotion", str(tmp_path / "gone.onnx")))
    assert only(analyse(gone, portrait)).expression == ()
    with pytest.raises(FileNotFoundError, match=r"expression model is not at .*gone\.onnx"):
        analyse(gone, portrait, expression=True)


def test_a_plan_without_the_expression_model_answers_without_it(
    full: ModelPlan, portrait: Pixels
) -> None:
    result = analyse(replace(full, expression=None), portrait, expression=True)
    assert only(result).expression == ()
    assert "emotion" not in result.engines


def test_an_unknown_detector_is_refused() -> None:
    plan = replace(BARE, face_detector=ModelFile("magic", "magic.onnx"))
    with pytest.raises(ValueError, match="magic"):
        analyse(plan, np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (7, 3), (2000, 16)])
@pytest.mark.parametrize("shade", [0, 127, 255])
def test_empty_pictures_of_any_size_hold_no_face(
    full: ModelPlan, size: tuple[int, int], shade: int
) -> None:
    blank = np.full((*size, 3), shade, np.uint8)
    for plan in (BARE, full):
        result = analyse(plan, blank)
        assert result.faces == ()
        assert result.brightness == pytest.approx(shade / 255, abs=0.01)


def test_a_face_cut_by_the_edge_stays_inside_the_picture(full: ModelPlan, portrait: Pixels) -> None:
    box = only(analyse(full, portrait)).box
    left = int((box.x + box.width * 0.3) * portrait.shape[1])
    for face in analyse(full, portrait[:, left:]).faces:
        assert face.box.x >= 0
        assert face.box.x + face.box.width <= 1 + 1e-9


@pytest.mark.parametrize(
    ("width", "height", "count"), [(4, 4, 16), (4, 4, 47), (0, 4, 0), (-1, 4, 12), (4, 4, 0)]
)
def test_bytes_that_do_not_fit_the_size_are_refused(width: int, height: int, count: int) -> None:
    with pytest.raises(ValueError, match="pixels"):
        handlers(BARE)["still"](FaceRequest(bytes(count), width, height))


def test_brightness_weighs_the_colours_as_the_eye_does() -> None:
    green = np.zeros((2, 2, 3), np.uint8)
    green[..., 1] = 255
    assert brightness(green) == pytest.approx(0.587)


def test_a_tilted_square_gives_back_its_points() -> None:
    square = Square(50, 40, 20, tilt=0.5)
    corner = np.array([[0, 0, 3], [64, 64, 3], [32, 32, 3]], np.float32)
    placed = square.restore(corner, 64)
    assert placed[2].tolist() == pytest.approx([50, 40, 3 * 20 / 64])
    assert np.hypot(*(placed[0] - placed[1])[:2]) == pytest.approx(20 * 2**0.5, rel=1e-4)
    across = placed[1] - placed[0]
    assert np.arctan2(across[1], across[0]) == pytest.approx(0.5 + np.pi / 4, abs=1e-4)


def test_every_pictured_face_is_found_and_no_thing_is_taken_for_one(
    full: ModelPlan, shared_data: Path
) -> None:
    folder = shared_data / "face_detection"
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = hits = wanted = 0
    for row in rows:
        count, truth = len(analyse(full, read(folder / row["file"])).faces), int(row["n_faces"])
        found, hits, wanted = found + count, hits + min(count, truth), wanted + truth
    assert hits >= 0.95 * wanted
    assert found - hits <= 1
