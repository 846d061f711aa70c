"""Which errors a check holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.tables import new_id
from service.trials.policy import ERROR_SHARE, OFF_BY, is_caught, off, proposals

IDS = [new_id() for _ in range(4)]
LEVELS = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@given(LEVELS, st.text(max_size=10))
def test_at_most_one_level_is_off_and_by_as_much_as_said(levels: list[int], seed: str) -> None:
    true = dict(zip(IDS, levels, strict=False))
    shown = proposals(true, seed=seed)
    apart = [abs(shown[each] - true[each]) for each in true]
    assert sorted(apart)[:-1] == [0] * (len(true) - 1)
    assert max(apart) in {0, OFF_BY}
    assert all(1 <= level <= 5 for level in shown.values())
    assert proposals(true, seed=seed) == shown


def test_about_half_the_checks_hold_an_error() -> None:
    true = {IDS[0]: 3, IDS[1]: 4}
    erring = sum(proposals(true, seed=str(number)) != true for number in range(2000))
    assert abs(erring / 2000 - ERROR_SHARE) < 0.05


@given(st.integers(1, 5), st.booleans())
def test_only_a_move_towards_the_true_level_catches_an_error(level: int, up: bool) -> None:
    shown = off(level, up=up)
    assert is_caught(level=level, shown=shown, said=level)
    assert is_caught(level=level, shown=shown, said=(level + shown) // 2)
    assert not is_caught(level=level, shown=shown, said=shown)


def test_nothing_to_propose_is_nothing_proposed() -> None:
    assert proposals({}, seed="s") == {}
