"""What the captions benchmark counts as held, and the sound it feeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import captions
from service.live.audio import OpusDecoder
from service.live.encoded import EncodedFrame
from tests.fixtures.sound import noise


def run(sessions: int, p95: float, failed: int = 0) -> dict[str, object]:
    return {"sessions": sessions, "after_speech": {"p95_s": p95}, "failed": failed}


def test_sessions_are_held_up_to_the_first_that_are_late_or_lose_something() -> None:
    assert captions.held([run(1, 0.5), run(4, 2.9), run(8, 3.1), run(12, 1.0)], 3.0) == 4
    assert captions.held([run(1, 0.5), run(4, 0.5, failed=1)], 3.0) == 1
    assert captions.held([run(1, 0.5), {**run(4, 0), "after_speech": {}}], 3.0) == 1
    assert captions.held([], 3.0) == 0


def test_latencies_are_told_in_seconds() -> None:
    assert captions.seconds_of([]) == {}
    found = captions.seconds_of([0.1 * n for n in range(1, 101)])
    assert found["p50_s"] == pytest.approx(5.05)
    assert found["p95_s"] < found["p99_s"] < found["max_s"] == 10.0


def test_what_is_fed_sounds_like_what_was_read() -> None:
    packets = captions.encode(noise(1.0) + bytes(32_000))
    assert len(packets) == 100
    decoder = OpusDecoder()
    pcm = b"".join(
        decoder.decode(EncodedFrame("audio", "opus", packet, n * 960, n * captions.STEP))
        for n, packet in enumerate(packets)
    )
    decoder.close()
    wave = np.abs(np.frombuffer(pcm, "<i2").astype(float))
    assert len(wave) == pytest.approx(32_000, abs=500)
    assert wave[4000:14_000].mean() > 500 > 50 > wave[20_000:].mean()


def test_without_material_there_is_nothing_to_measure(tmp_path: Path) -> None:
    assert captions.tracks(tmp_path, 5.0) == []
    assert captions.main(["--data", str(tmp_path), "--save", ""]) == 1
