"""The receiving benchmark counts what it says: real frames over real connections."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks import media
from service.live import clips


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return media.make_clip(tmp_path_factory.mktemp("clip"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["stock", "ours_whole"])
def test_every_receiver_gets_all_frames_of_the_clip(kind: str, clip: Path) -> None:
    settings = media.Settings(sessions=1, stock_sessions=1, seconds=2.0)
    measured = asyncio.run(media.measure(kind, clip, settings))
    assert measured.frames == pytest.approx(2 * (50 + 15), abs=20)
    assert measured.packets_sent > 200
    assert measured.packets_lost <= 0
    assert measured.ms_per_session_s > 0


def test_bare_codecs_take_time(clip: Path) -> None:
    loaded = clips.load(clip)
    assert loaded.seconds == pytest.approx(media.CLIP_SECONDS)
    assert media.codecs(loaded) > 0


def test_a_summary_is_the_median_and_adds_up_losses() -> None:
    rounds = [media.Measured(ms, 130, 300, lost, 0.1) for ms, lost in ((5.0, 1), (4.0, 0), (9, 2))]
    summary = media.summary(rounds)
    assert (summary["ms_per_session_s"], summary["packets_lost"]) == (5.0, 3)
    assert summary["rounds"] == [5.0, 4.0, 9]
