"""Who comes in: never beyond the limit, first come first served, and not into a busy machine."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from service.live.admission import (
    BOUNDS,
    CALM,
    EXPIRY,
    FLOOR,
    MOST_WAITING,
    PACE,
    PACE_WINDOW,
    REMEMBERED,
    SLOW_PACE,
    Admission,
    Budget,
    Decision,
    Line,
    Measures,
    Reason,
)

FIELDS: dict[Reason, str] = {
    "loop": "loop_lag",
    "cpu": "cpu",
    "pool": "pool_wait",
    "busy": "pool_busy",
    "queue": "pool_queue",
    "network": "drops",
    "memory": "memory",
}
BUSY = FLOOR + 1  # sessions enough for measurements to count


def door(limit: int = 100, *, measured: bool = True) -> Admission:
    return Admission(Budget(limit, measured=measured))


def at(reason: Reason, value: float) -> Measures:
    return replace(Measures(), **{FIELDS[reason]: value})


def measure(admission: Admission, measures: Measures, times: int) -> None:
    for _ in range(times):
        admission.budget.measure(measures)


def refused(admission: Admission, running: int = BUSY, now: float = 0.0) -> Reason | None:
    return admission.decide(uuid4(), running=running, now=now).reason


@pytest.mark.parametrize("reason", FIELDS)
def test_each_measurement_shuts_new_candidates_out_and_lets_them_in_again(reason: Reason) -> None:
    bound = BOUNDS[reason]
    admission = door()
    measure(admission, at(reason, bound.upper), bound.samples - 1)
    assert refused(admission) is None
    measure(admission, at(reason, bound.upper), 1)
    if bound.samples == 1:
        assert refused(admission) == reason
    measure(admission, at(reason, bound.upper), bound.samples)
    assert refused(admission) == reason
    measure(admission, at(reason, bound.lower), 10 * CALM)  # between the bounds nothing changes
    assert admission.budget.shut[reason]
    measure(admission, Measures(), CALM - 1)
    assert admission.budget.shut[reason]
    measure(admission, Measures(), 1)
    assert not any(admission.budget.shut.values())


@settings(max_examples=300)
@given(st.lists(st.floats(0, 0.2), max_size=80))
def test_the_door_never_flaps(lags: list[float]) -> None:
    admission, bound = door(), BOUNDS["loop"]
    history = [False]
    for lag in lags:
        admission.budget.measure(at("loop", lag))
        history.append(admission.budget.shut["loop"])
        if lag >= bound.upper:
            assert history[-1]
    for index, (before, after) in enumerate(pairwise(history)):
        if before and not after:
            calm = lags[index - CALM + 1 : index + 1]
            assert len(calm) == CALM
            assert max(calm) < bound.lower


def test_a_long_answer_alone_shuts_nobody_out() -> None:
    admission = door()
    for _ in range(20):
        measure(admission, at("pool", 3.0), BOUNDS["pool"].samples - 1)
        measure(admission, at("pool", 0.9), 1)
    assert refused(admission) is None


def test_a_busy_machine_takes_the_first_few_all_the_same() -> None:
    admission = door()
    measure(admission, at("loop", 1.0), 1)
    assert [refused(admission, running) for running in range(FLOOR + 1)] == [None, None, "loop"]


def test_without_measuring_only_the_limit_counts() -> None:
    admission = door(40, measured=False)
    measure(admission, Measures(9.0, 1.0, 9.0, 1.0, 99, 99, 1.0), 9)
    assert [refused(admission, running) for running in range(40)] == [None] * 40
    assert refused(admission, 40) == "sessions"


def test_a_crowd_comes_in_at_a_pace_that_measuring_can_follow() -> None:
    admission = door()
    got = [refused(admission, running) for running in range(PACE)]
    assert got == [None] * PACE
    late = uuid4()
    assert admission.decide(late, running=PACE, now=1.0).reason == "pace"
    assert admission.decide(late, running=PACE, now=PACE_WINDOW).admit


def test_before_anything_is_transcribed_the_pace_is_slow() -> None:
    admission = door()
    measure(admission, Measures(is_new=True), 1)
    got = [refused(admission, running) for running in range(SLOW_PACE + 1)]
    assert got == [None] * SLOW_PACE + ["pace"]
    measure(admission, Measures(fits=50), 1)
    assert refused(admission, SLOW_PACE) is None
    assert [refused(admission, SLOW_PACE, now=PACE_WINDOW * 3) for _ in range(3)] == [None] * 3


def test_no_more_come_in_than_the_workers_can_keep_up_with() -> None:
    admission = door()
    measure(admission, Measures(fits=9), 1)
    assert [refused(admission, running) for running in (8, 9)] == [None, "speech"]
    measure(admission, Measures(fits=20), REMEMBERED - 1)
    assert refused(admission, 9, now=99.0) == "speech"
    measure(admission, Measures(fits=20), 1)
    assert refused(admission, 9, now=199.0) is None
    measure(admission, Measures(fits=0), 1)
    assert [refused(admission, n, now=299.0) for n in (FLOOR - 1, FLOOR)] == [None, "speech"]


def test_places_are_told_and_kept_while_one_goes_on_asking() -> None:
    admission = door(1)
    people = [uuid4() for _ in range(6)]
    told = [admission.decide(who, running=1, now=index) for index, who in enumerate(people)]
    assert [one.place for one in told] == [1, 2, 3, 4, 5, 6]
    assert [one.reason for one in told] == ["sessions"] * 6
    assert all(4 <= one.retry_after <= 8 < EXPIRY / 2 for one in told)
    assert admission.decide(people[3], running=1, now=10.0).place == 4
    last = admission.decide(people[5], running=0, now=11.0)
    assert (last.admit, last.reason, last.place) == (False, "line", 6)
    assert admission.decide(people[0], running=0, now=12.0) == Decision(admit=True)
    assert admission.decide(people[1], running=1, now=13.0).place == 1


def test_who_stops_asking_loses_the_place_and_keeps_nobody_out() -> None:
    admission = door(1)
    gone, patient = uuid4(), uuid4()
    admission.decide(gone, running=1, now=0.0)
    admission.decide(patient, running=1, now=1.0)
    assert admission.decide(patient, running=0, now=EXPIRY).place == 2
    assert admission.decide(patient, running=0, now=EXPIRY + 0.1).admit
    assert admission.decide(gone, running=1, now=EXPIRY + 0.2).place == 1


def test_a_second_place_is_used_although_the_first_has_not_asked_yet() -> None:
    admission = door(2)
    first, second, third = uuid4(), uuid4(), uuid4()
    for who in (first, second, third):
        admission.decide(who, running=2, now=0.0)
    assert admission.decide(second, running=0, now=1.0).admit
    assert not admission.decide(third, running=1, now=1.1).admit
    assert admission.decide(first, running=1, now=1.2).admit


def test_the_line_is_bounded() -> None:
    line = Line()
    for _ in range(MOST_WAITING):
        line.place(uuid4(), 0.0)
    assert [line.place(uuid4(), 1.0) for _ in range(2)] == [MOST_WAITING + 1] * 2
    assert len(line) == MOST_WAITING
    assert line.place(uuid4(), EXPIRY + 1) == 1


class Door(RuleBasedStateMachine):
    """People ask, leave and give up in any order, whatever is measured."""

    LIMIT = 4

    def __init__(self) -> None:
        super().__init__()
        self.admission = door(self.LIMIT)
        self.now = 0.0
        self.inside: set[UUID] = set()
        self.asked: dict[UUID, float] = {}  # who waits, in the order of coming
        self.people = [UUID(int=index) for index in range(12)]

    @rule(index=st.integers(0, 11), wait=st.floats(0, 9))
    def ask(self, index: int, wait: float) -> None:
        self.now += wait
        who = self.people[index]
        if who in self.inside:
            return
        self.asked = {w: t for w, t in self.asked.items() if self.now - t <= EXPIRY}
        before = list(self.asked).index(who) if who in self.asked else len(self.asked)
        decision = self.admission.decide(who, running=len(self.inside), now=self.now)
        if decision.admit:
            # Nobody who came earlier, and still asks, is left without a place.
            assert len(self.inside) + before < self.LIMIT
            self.inside.add(who)
            self.asked.pop(who, None)
        else:
            assert decision.place == before + 1
            self.asked[who] = self.now

    @rule(index=st.integers(0, 11))
    def leave(self, index: int) -> None:
        self.inside.discard(self.people[index])

    @rule(lag=st.floats(0, 0.1), wait=st.floats(0, 2), drops=st.integers(0, 9))
    def measured(self, lag: float, wait: float, drops: int) -> None:
        self.admission.budget.measure(Measures(lag, pool_wait=wait, drops=drops))

    @invariant()
    def never_beyond_the_limit(self) -> None:
        assert len(self.inside) <= self.LIMIT


TestDoor = Door.TestCase
TestDoor.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
