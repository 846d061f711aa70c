"""The stages of a question, by the clock and by the candidate. Pure."""

from __future__ import annotations

from uuid import UUID

import pytest

from service.live.staging import (
    GRACE,
    Stage,
    Standing,
    Terms,
    due,
    limit,
    may_retake,
    moved,
    opened,
    restored,
)

QUESTION = UUID(int=1)
TERMS = Terms(think=30, answer=60, retakes=1)


def at(stage: Stage, take: int = 1) -> Standing:
    return Standing(QUESTION, stage, take, 5.0)


def test_a_question_without_time_to_think_is_answered_at_once() -> None:
    assert opened(QUESTION, TERMS, take=1, at=2.0) == Standing(QUESTION, "think", 1, 2.0)
    assert opened(QUESTION, Terms(answer=60), take=2, at=2.0) == Standing(
        QUESTION, "answer", 2, 2.0
    )


@pytest.mark.parametrize(
    ("stage", "used", "coming"),
    [
        ("think", 29.9, None),
        ("think", 30.0, "answer"),
        ("answer", 60.0, None),  # a sentence may be finished
        ("answer", 60.0 + GRACE, "rest"),
        ("rest", 1e6, None),
    ],
)
def test_the_clock_ends_thinking_and_answering_and_no_rest(
    stage: Stage, used: float, coming: Stage | None
) -> None:
    assert due(at(stage), TERMS, used=used) == coming


def test_a_question_without_a_limit_is_never_cut() -> None:
    assert due(at("answer"), Terms(), used=1e9) is None


def test_each_stage_tells_how_long_it_lasts() -> None:
    assert [limit(at(one), TERMS) for one in ("think", "answer", "rest")] == [30, 60, None]


def test_as_many_tries_as_the_plan_grants_and_only_after_one_has_ended() -> None:
    assert may_retake(at("rest"), TERMS)
    assert not may_retake(at("answer"), TERMS)
    assert not may_retake(at("rest", take=2), TERMS)
    assert not may_retake(at("rest"), Terms(answer=60))


def test_a_try_goes_on_where_it_was_written_down() -> None:
    first = opened(QUESTION, TERMS, take=2, at=1.0)
    assert restored(QUESTION, 2, asked=1.0, began=None, ended=None) == first
    answering = moved(first, "answer", at=4.0)
    assert restored(QUESTION, 2, asked=1.0, began=4.0, ended=None) == answering
    assert restored(QUESTION, 2, asked=1.0, began=4.0, ended=9.0) == moved(first, "rest", at=9.0)
