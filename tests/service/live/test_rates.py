"""The controller of rates: bounds, monotony, hysteresis; and that the live parts obey it."""

from __future__ import annotations

import asyncio
import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pool import PoolLoad, TaskLoad
from models.types import FACE, HEAR, PARTIAL, TRANSCRIBE, VAD
from service.live.pace import LOOK_EVERY, Pace
from service.live.rates import FACE_STEPS, HOLD, OWN_STEPS, PARTIAL_STEPS, Decision, Rates
from tests.fakes.pool import IDLE, FakePool

SETTING = 10.0


def load(**tasks: TaskLoad) -> PoolLoad:
    return replace(IDLE, tasks=tasks)


def calm_for(rates: Rates, seconds: float, start: float) -> Rates:
    for step in range(int(seconds * 4) + 1):
        rates = rates.after(load(), start + step / 4)
    return rates


FIELDS = st.builds(
    TaskLoad,
    queued=st.integers(0, 40),
    oldest_wait=st.floats(0, 3),
    busy=st.floats(0, 1),
    service=st.floats(0, 3),
    cost=st.floats(0, 1),
)
LOADS = st.fixed_dictionaries(
    {name: FIELDS for name in (VAD.name, TRANSCRIBE.name, HEAR.name, FACE.name, PARTIAL.name)}
).map(lambda tasks: load(**tasks))
GAPS = st.floats(0.05, 6.0)


def heavier(base: PoolLoad, more: PoolLoad) -> PoolLoad:
    """At least as much of everything as in either."""
    tasks = {
        name: TaskLoad(
            queued=max(one.queued, more.of(name).queued),
            oldest_wait=max(one.oldest_wait, more.of(name).oldest_wait),
            busy=max(one.busy, more.of(name).busy),
            service=max(one.service, more.of(name).service),
            cost=max(one.cost, more.of(name).cost),
        )
        for name, one in base.tasks.items()
    }
    return replace(base, tasks=tasks)


def is_no_faster(one: Decision, other: Decision) -> bool:
    return (
        one.faces_per_second <= other.faces_per_second
        and one.partials <= other.partials
        and one.partial_period >= other.partial_period
    )


@given(st.lists(st.tuples(GAPS, LOADS), max_size=20), st.floats(0.1, 10))
def test_rates_stay_within_their_bounds(seen: list[tuple[float, PoolLoad]], setting: float) -> None:
    rates, now = Rates(setting), 0.0
    for gap, found in seen:
        now += gap
        rates = rates.after(found, now)
        decision = rates.decision
        assert min(1.0, setting) <= decision.faces_per_second <= setting
        assert decision.partial_period >= 1.0
        assert decision.partials == math.isfinite(decision.partial_period)
        assert decision.partial_sound >= 0


@given(st.lists(st.tuples(GAPS, LOADS, LOADS), max_size=20))
def test_more_load_never_raises_a_rate_however_it_came(
    seen: list[tuple[float, PoolLoad, PoolLoad]],
) -> None:
    light, heavy, now = Rates(SETTING), Rates(SETTING), 0.0
    for gap, base, more in seen:
        now += gap
        light = light.after(base, now)
        heavy = heavy.after(heavier(base, more), now)
        assert is_no_faster(heavy.decision, light.decision)


@given(LOADS)
def test_under_a_steady_load_rates_only_fall_and_then_stay(found: PoolLoad) -> None:
    rates, decisions = Rates(SETTING), []
    for step in range(100):
        rates = rates.after(found, step * 0.25)
        decisions.append(rates.decision)
    assert set(decisions[1:]) == {decisions[0]}


def test_an_idle_pool_gives_everything() -> None:
    decision = Rates(SETTING).after(load(), 0).decision
    assert decision == Decision(SETTING, True, 1.0, math.inf, True)


@pytest.mark.parametrize("late", [0.4, 0.9])
def test_passing_captions_are_off_before_a_final_is_a_second_late(late: float) -> None:
    rates = Rates(SETTING).after(load(transcribe=TaskLoad(1, oldest_wait=late)), 0)
    assert not rates.decision.partials


def test_faces_are_at_their_least_before_a_final_is_a_second_late() -> None:
    rates = Rates(SETTING).after(load(transcribe=TaskLoad(1, oldest_wait=0.8)), 0)
    assert rates.decision.faces_per_second == 1.0


def test_what_is_queued_counts_before_it_has_waited() -> None:
    queued = load(transcribe=TaskLoad(queued=4, service=0.2))
    assert not Rates(SETTING).after(queued, 0).decision.partials
    two = replace(queued, talkers=8)
    assert Rates(SETTING).after(two, 0).decision.partial_period == 2.0


def test_passing_captions_give_way_before_faces() -> None:
    for share in (0.4, 0.5, 0.55):
        decision = Rates(SETTING).after(load(transcribe=TaskLoad(busy=share)), 0).decision
        assert decision.partial_period > 1.0
        assert decision.faces_per_second == SETTING


def test_passing_captions_are_thinned_but_not_ended_for_their_own_sake() -> None:
    rates = Rates(SETTING).after(load(partial=TaskLoad(busy=1.0)), 0)
    assert (rates.decision.partials, rates.decision.partial_period) == (True, 4.0)


def test_an_engine_that_hears_the_growing_clip_again_gets_short_clips_only() -> None:
    slow = load(partial=TaskLoad(cost=0.1))  # pocketsphinx
    assert Rates(SETTING).after(slow, 0).decision.partial_sound == pytest.approx(6.0)
    busy = load(partial=TaskLoad(cost=0.1), transcribe=TaskLoad(busy=0.56))
    assert Rates(SETTING).after(busy, 0).decision.partial_sound == pytest.approx(3.0)


def test_passing_captions_of_a_slow_engine_get_no_shorter_for_their_own_sake() -> None:
    alone = load(partial=TaskLoad(cost=0.15, busy=0.9))
    assert Rates(SETTING).after(alone, 0).decision.partial_sound == pytest.approx(4.0)


def test_what_is_heard_while_it_is_spoken_counts_as_finals() -> None:
    for found in (TaskLoad(busy=0.9), TaskLoad(queued=8, service=0.2), TaskLoad(oldest_wait=0.9)):
        decision = Rates(SETTING).after(load(hear=found), 0).decision
        assert (decision.partials, decision.faces_per_second) == (False, 1.0)
    both = load(hear=TaskLoad(busy=0.3), transcribe=TaskLoad(busy=0.3))
    assert Rates(SETTING).after(both, 0).decision.partial_period == 4.0


def test_rates_come_back_one_step_at_a_time_after_calm() -> None:
    rates = Rates(SETTING).after(load(transcribe=TaskLoad(1, oldest_wait=2.0)), 0)
    found = [rates.decision]
    for step in range(1, 100):
        rates = rates.after(load(), step * 0.25)
        if rates.decision != found[-1]:
            found.append(rates.decision)
    periods = [each.partial_period for each in found]
    assert periods == [math.inf, 4.0, 2.0, 1.0]
    assert [each.faces_per_second for each in found] == pytest.approx([1.0, 3.5, 6.0, 10.0])
    assert calm_for(rates, 3 * HOLD, 100).decision == found[-1]


def test_a_load_that_swings_around_a_step_does_not_swing_the_rates() -> None:
    rates, found = Rates(SETTING), []
    for step in range(200):
        share = 0.45 if step % 8 < 4 else 0.3
        rates = rates.after(load(transcribe=TaskLoad(busy=share)), step * 0.25)
        found.append(rates.decision.partial_period)
    assert set(found) == {2.0}


def test_steps_rise() -> None:
    for steps in itertools.chain(*(s.values() for s in (PARTIAL_STEPS, OWN_STEPS, FACE_STEPS))):
        assert list(steps) == sorted(set(steps))


async def test_the_pace_looks_at_the_pool_a_few_times_a_second_only() -> None:
    pool = FakePool()
    pace = Pace(pool, faces_per_second=SETTING)
    assert pace.now().faces_per_second == SETTING
    pool.snapshot = load(transcribe=TaskLoad(1, oldest_wait=2.0))
    assert pace.now().faces_per_second == SETTING
    await asyncio.sleep(LOOK_EVERY + 0.01)
    assert pace.now().faces_per_second == 1.0
