"""The benchmark of hearing: every way hears all packets, losses shift nothing, copies help."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from benchmarks import opus
from benchmarks.__main__ import names
from tests.fakes.opus_encoder import RATE, speech


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Sixteen seconds of read English."""
    path = tmp_path / "clip.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(speech(16).astype(np.int16).tobytes())
    return path


def test_it_can_be_run_by_name() -> None:
    assert "opus" in names()


def test_each_way_costs_something(clip: Path) -> None:
    packets = opus.encode(clip, expected_loss=10)
    assert len(packets) == 800
    ways = {"libopus": opus.by_libopus, "engine": opus.by_av_engine, "pyav": opus.by_pyav}
    spent = opus.cost(ways, packets, rounds=1)
    assert all(0 < value < 100 for value in spent.values())


def test_copies_bring_back_what_was_lost(clip: Path) -> None:
    found = opus.damage(clip, 0.10)
    assert found["samples_off"] == 0
    assert found["lost"]
    assert float(str(found["corrected_share"])) > 0.4
    wrong = [float(str(found[f"error_energy_{name}"])) for name in ("with_copies", "guessed")]
    assert wrong[0] < 0.7 * wrong[1]
