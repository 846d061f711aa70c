"""Sound, engines and material for the speech tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.speech.sphinx import SphinxTranscriber
from models.speech.whisper import WhisperTranscriber
from models.types import ModelFile
from models.weights import ModelSettings, resolve
from tests.fixtures.ct2 import write_whisper
from tests.fixtures.sound import pcm_of

SHARED = Path(__file__).parents[3] / "../shared"


@pytest.fixture(scope="session")
def two_cities() -> bytes:
    """44 s of read English: the opening of A Tale of Two Cities."""
    package = pytest.importorskip("moonshine_voice")
    return pcm_of(Path(package.__file__).parent / "assets" / "two_cities.wav")


@pytest.fixture(scope="session")
def data() -> Path:
    """The evaluation material; tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("CANDOR_DATA", SHARED / "data"))
    if not folder.is_dir():
        pytest.skip("no evaluation material here")
    return folder


@pytest.fixture(scope="session")
def metronome() -> ModelFile:
    """Whisper tiny's shapes with hand-set weights: cost and plumbing, no recognition."""
    folder = SHARED / "models" / "whisper-tiny-metronome"
    if not folder.is_dir():
        pytest.skip("no metronome model here")
    return ModelFile("faster-whisper:metronome", str(folder))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """A random model of the real layout."""
    folder = write_whisper(tmp_path_factory.mktemp("whisper") / "random-tiny")
    return ModelFile("faster-whisper:random-tiny", str(folder))


@pytest.fixture(scope="session")
def whisper(tiny: ModelFile) -> WhisperTranscriber:
    """The random model, loaded."""
    return WhisperTranscriber(tiny)


@pytest.fixture(scope="session")
def sphinx_file(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """pocketsphinx inside its package."""
    plan = resolve(ModelSettings(cache=tmp_path_factory.mktemp("cache")))
    return next(file for file in plan.transcribers if file.id == "pocketsphinx-en-us")


@pytest.fixture(scope="session")
def sphinx(sphinx_file: ModelFile) -> SphinxTranscriber:
    """pocketsphinx, loaded."""
    return SphinxTranscriber(sphinx_file)
