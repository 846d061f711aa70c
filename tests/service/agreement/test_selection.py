"""Chance that repeats itself."""

from __future__ import annotations

from service.agreement.drift import Drift, drift
from service.agreement.selection import draw, is_taken

SUBJECTS = [f"session-{number}" for number in range(4000)]


def test_the_same_seed_takes_the_same_sessions() -> None:
    assert [draw("s", one) for one in SUBJECTS] == [draw("s", one) for one in SUBJECTS]
    assert draw("s", "a") == 0.06891539525569969  # sha256sum of s, 0x1f, a


def test_about_the_share_asked_for_is_taken() -> None:
    taken = sum(is_taken("seed", one, 0.05) for one in SUBJECTS)
    assert 150 <= taken <= 250
    assert all(is_taken("seed", one, 1.0) for one in SUBJECTS)
    assert not any(is_taken("seed", one, 0.0) for one in SUBJECTS)


def test_a_larger_share_keeps_whom_a_smaller_one_took() -> None:
    small = {one for one in SUBJECTS if is_taken("seed", one, 0.2)}
    assert small < {one for one in SUBJECTS if is_taken("seed", one, 0.5)}


def test_seeds_and_subjects_do_not_run_into_each_other() -> None:
    assert draw("ab", "c") != draw("a", "bc")


def test_drift_is_told_by_the_worse_of_its_two_signs() -> None:
    assert drift(None, None) is Drift.NONE
    assert drift(0.09, 0.2) is Drift.NONE
    assert drift(0.1, 0.0) is Drift.WATCH
    assert drift(0.25, 0.0) is Drift.ALARM
    assert drift(0.0, -0.25) is Drift.ALARM
