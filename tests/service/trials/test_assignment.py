"""Which trial takes which interview."""

from __future__ import annotations

from service.tables import Invitation, Session, Trial, TrialBasis, new_id
from service.trials.assignment import first, takes
from tests.fakes.rooms import Json


def trial(**changes: object) -> Trial:
    preset: Json = {"name": "t", "basis": TrialBasis.RANDOM, "seed": "s", "share": 1.0}
    return Trial(**(preset | changes))


def session_of(plan_id: object = None, import_id: object = None) -> tuple[Session, Invitation]:
    return Session(plan_id=plan_id), Invitation(import_id=import_id)


def test_a_job_takes_its_own_interviews_only() -> None:
    plan = new_id()
    found = trial(basis=TrialBasis.JOB, plan_id=plan)
    assert takes(found, *session_of(plan))
    assert not takes(found, *session_of(new_id()))


def test_a_group_takes_whom_one_import_invited() -> None:
    group = new_id()
    found = trial(basis=TrialBasis.GROUP, import_id=group)
    assert takes(found, *session_of(import_id=group))
    assert not takes(found, *session_of(import_id=None))


def test_chance_takes_its_share_and_the_same_ones_again() -> None:
    found = trial(share=0.3)
    sessions = [session_of() for _ in range(1000)]
    taken = [takes(found, *pair) for pair in sessions]
    assert taken == [takes(found, *pair) for pair in sessions]
    assert 240 <= sum(taken) <= 360
    assert taken != [takes(trial(share=0.3, seed="other"), *pair) for pair in sessions]


def test_the_oldest_trial_that_wants_it_takes_a_session() -> None:
    plan = new_id()
    jobs, all_of_them = trial(basis=TrialBasis.JOB, plan_id=plan), trial()
    assert first([jobs, all_of_them], *session_of(plan)) is jobs
    assert first([jobs, all_of_them], *session_of(new_id())) is all_of_them
    assert first([jobs], *session_of(new_id())) is None
