"""What the face tests share: the npm package, the converted models, a public-domain portrait."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from models.face import convert

ROOT = Path(__file__).parents[3]
Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="session")
def human_package() -> Path:
    """npm's @vladmandic/human: of the web build, or where CANDOR_HUMAN_PACKAGE points."""
    given = os.environ.get("CANDOR_HUMAN_PACKAGE")
    package = Path(given) if given else ROOT / "web/node_modules/@vladmandic/human"
    if not (package / "models").is_dir():
        pytest.skip("@vladmandic/human is not installed")
    return package


@pytest.fixture(scope="session")
def face_models(human_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the converted models."""
    folder = tmp_path_factory.mktemp("faces")
    convert.convert(human_package, folder)
    return folder


@pytest.fixture(scope="session")
def portrait() -> Pixels:
    """Grace Hopper in uniform, BGR: a public-domain photograph that comes with matplotlib."""
    cbook = pytest.importorskip("matplotlib.cbook")
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        data = np.frombuffer(file.read(), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real evaluation material, where this machine has it."""
    given = os.environ.get("CANDOR_DATA")
    data = Path(given) if given else ROOT / "../shared/data"
    if not (data / "face_detection/labels.csv").is_file():
        pytest.skip("no evaluation data on this machine")
    return data
