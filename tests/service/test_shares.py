"""Sessions and numbers are divided among media workers without a table."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from service.shares import WHOLE, Share, owner
from service.tables import new_id


def test_a_session_has_the_same_worker_in_every_process() -> None:
    first = 0x0198F0A0_0000_7000_8000_000000000000
    found = [owner(UUID(int=first + number), 3) for number in range(6)]
    assert found == [2, 0, 1, 1, 2, 1]  # from Python to Python: must never change


@pytest.mark.parametrize("of", [2, 3, 7])
def test_exactly_one_worker_owns_a_session_and_all_get_about_as_many(of: int) -> None:
    shares = [Share(index, of) for index in range(of)]
    ids = [new_id() for _ in range(700 * of)]
    owners = [[share.index for share in shares if share.owns(one)] for one in ids]
    assert {len(found) for found in owners} == {1}
    counts = Counter(found[0] for found in owners)
    assert all(600 < counts[index] < 800 for index in range(of))


def test_one_worker_has_everything() -> None:
    assert WHOLE.owns(new_id())
    assert WHOLE.part(100) == 100


@pytest.mark.parametrize(("total", "of"), [(100, 3), (7, 7), (9, 4)])
def test_parts_add_up(total: int, of: int) -> None:
    parts = [Share(index, of).part(total) for index in range(of)]
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


def test_no_part_is_nothing() -> None:
    assert [Share(index, 3).part(1) for index in range(3)] == [1, 1, 1]
