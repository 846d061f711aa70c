"""Jobs of one stream meet the worker that remembers it, and survive its death."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass

import pytest

from models.dispatch import GENERAL, LIGHT, PoolSettings
from models.local_pool import LocalPool
from models.streams import FULL, QUIET, Bindings
from models.types import Priority
from tests.models.pool import handlers as h

SETTINGS = PoolSettings(build=h.BUILD, close_limit=1, hang_floor=2, backoff=0.01)


@dataclass(frozen=True)
class Seat:
    number: int
    lane: frozenset[Priority] = GENERAL
    ready: bool = True


def for_whom(bindings: Bindings[Seat], seats: list[Seat], key: str, now: float = 0.0) -> list[int]:
    allowed = [s for s in seats if bindings.allows(s, ("t", key), Priority.FACE, now=now)]
    return [seat.number for seat in allowed]


def test_new_streams_spread_over_the_workers_that_take_short_work_only() -> None:
    seats = [Seat(0, LIGHT), Seat(1, LIGHT), Seat(2)]
    bindings = Bindings(seats)
    went = []
    for key in "abcd":
        (number,) = for_whom(bindings, seats, key)
        bindings.bind(seats[number], ("t", key), now=0.0)
        went.append(number)
    assert went == [0, 1, 0, 1]
    assert [for_whom(bindings, seats, key) for key in "abcd"] == [[0], [1], [0], [1]]


def test_a_worker_without_time_left_gets_no_new_stream_but_keeps_its_own() -> None:
    seats = [Seat(0, LIGHT), Seat(1)]
    bindings = Bindings(seats)
    bindings.bind(seats[0], ("t", "old"), now=0.0)
    bindings.worked(seats[0], 5.0 * FULL + 0.1, now=0.0)
    assert for_whom(bindings, seats, "old") == [0]
    assert for_whom(bindings, seats, "new") == [1]
    assert for_whom(bindings, seats, "new", now=5.0) == [0]  # it has rested


def test_a_dead_worker_is_forgotten_and_so_is_a_quiet_stream() -> None:
    seats = [Seat(0), Seat(1)]
    bindings = Bindings(seats)
    bindings.bind(seats[0], ("t", "a"), now=0.0)
    bindings.bind(seats[1], ("t", "b"), now=1.0)
    bindings.lost(seats[0])
    assert len(bindings) == 1
    assert for_whom(bindings, seats, "a") == [0]  # chosen anew
    bindings.bind(seats[0], ("t", "c"), now=1.5 + QUIET)
    assert len(bindings) == 1


def test_nobody_is_chosen_while_no_worker_is_up() -> None:
    seats = [Seat(0, ready=False)]
    assert for_whom(Bindings(seats), seats, "a") == []


@pytest.mark.parametrize("workers", [2, 4])
async def test_each_stream_finds_its_own_count_whatever_else_runs(workers: int) -> None:
    async with LocalPool(h.PLAN, workers=workers, settings=SETTINGS) as pool:

        async def count(key: str) -> list[int]:
            return [(await pool.infer(h.TALLY, key, deadline=10, key=key))[0] for _ in range(20)]

        found = await asyncio.gather(*(count(key) for key in "abcdef"))
    assert found == [list(range(1, 21))] * 6


async def test_after_its_workers_death_a_stream_starts_anew_with_another() -> None:
    async with LocalPool(h.PLAN, workers=2, settings=SETTINGS) as pool:
        for _ in range(3):
            number, pid = await pool.infer(h.TALLY, "a", deadline=10, key="a")
        assert number == 3
        os.kill(pid, signal.SIGKILL)
        number, other = await pool.infer(h.TALLY, "a", deadline=10, key="a")
    assert (number, other == pid) == (1, False)
