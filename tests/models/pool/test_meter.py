"""What the pool remembers of the work it did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.meter import FADE, Meter, sound_seconds
from models.types import HearRequest, TranscribeRequest, VadRequest


def test_nothing_is_known_of_a_task_never_done() -> None:
    meter = Meter()
    assert meter.busy("t", workers=2, now=5) == 0
    assert (meter.service("t"), meter.cost("t")) == (0, 0)


def test_a_worker_that_never_rests_is_busy_and_one_that_stopped_is_soon_not() -> None:
    meter = Meter()
    for second in range(1, 60):
        meter.done("t", 1.0, sound=0, now=second)
    assert meter.busy("t", workers=1, now=59) > 0.95
    assert meter.busy("t", workers=2, now=59) == pytest.approx(0.55, abs=0.1)
    assert meter.busy("t", workers=1, now=59 + 3 * FADE) < 0.06


def test_the_time_of_one_job_follows_the_last_few() -> None:
    meter = Meter()
    for _ in range(3):
        meter.done("t", 0.2, sound=2.0, now=0)
    assert meter.service("t") == pytest.approx(0.2)
    assert meter.cost("t") == pytest.approx(0.1)
    for _ in range(20):
        meter.done("t", 0.6, sound=2.0, now=1)
    assert meter.service("t") == pytest.approx(0.6, abs=0.02)
    assert meter.cost("t") == pytest.approx(0.3, abs=0.01)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 5)), max_size=30), st.integers(1, 8))
def test_busy_is_a_share_whatever_was_done(done: list[tuple[float, float]], workers: int) -> None:
    meter, now = Meter(), 0.0
    for gap, seconds in done:
        now += gap
        meter.done("t", seconds, sound=0, now=now)
        assert 0 <= meter.busy("t", workers=workers, now=now) <= 1
        assert meter.busy("t", workers=workers + 1, now=now) <= meter.busy(
            "t", workers=workers, now=now
        )


def test_only_sound_to_transcribe_has_a_length() -> None:
    assert sound_seconds(TranscribeRequest(bytes(64_000))) == 2.0
    assert sound_seconds(VadRequest(bytes(64_000))) == 0.0
    assert sound_seconds(HearRequest("u", 0, bytes(64_000))) == 2.0
    assert sound_seconds(HearRequest("u", 0, bytes(64_000), length=32_000)) == 0.0
