"""Where a competency stands follows from the rating in force and the verdict on it."""

from __future__ import annotations

import pytest

from service.review.standing import basis, missing, standings, whole
from service.tables import Competency, RaterKind, Rating, Verdict, VerdictKind, new_id

SESSION, PLAN, PERSON = new_id(), new_id(), new_id()


def competency(name: str) -> Competency:
    return Competency(plan_id=PLAN, key=name, name=name)


def rating(of: Competency, level: int | None, *, person: bool = False) -> Rating:
    """A model's rating reaches half a level to each side."""
    span = {} if person or level is None else {"low": level - 0.5, "high": level + 0.5}
    rater = RaterKind.HUMAN if person else RaterKind.MODEL
    return Rating(session_id=SESSION, competency_id=of.id, rater=rater, level=level, **span)


def verdict(on: Rating, kind: VerdictKind) -> Verdict:
    return Verdict(
        session_id=SESSION,
        competency_id=on.competency_id,
        rating_id=on.id,
        kind=kind,
        account_id=PERSON,
    )


def test_each_state_follows_from_what_is_in_force() -> None:
    names = [competency(name) for name in ("open", "accepted", "set_aside", "changed", "unrated")]
    rated = [rating(each, 3) for each in names[:3]] + [rating(names[3], 5, person=True)]
    said = [verdict(rated[1], VerdictKind.ACCEPT), verdict(rated[2], VerdictKind.SET_ASIDE)]
    found = standings(names, rated, said)
    states = [each.state for each in found]
    assert states == ["open", "accepted", "set_aside", "changed", "open"]
    assert [each.name for each in missing(found)] == ["open", "unrated"]
    assert [each["level"] for each in basis(found)] == [3, 3, None, 5, None]


def test_a_verdict_on_an_older_rating_counts_no_more() -> None:
    one = competency("one")
    older, newer = rating(one, 2), rating(one, 4)
    (found,) = standings([one], [newer], [verdict(older, VerdictKind.ACCEPT)])
    assert (found.state, found.verdict) == ("open", None)


def test_what_was_never_rated_may_be_set_aside_until_it_is_rated() -> None:
    one = competency("one")
    said = verdict(rating(one, 3), VerdictKind.SET_ASIDE)
    said.rating_id = None
    (found,) = standings([one], [], [said])
    assert found.state == "set_aside"
    (found,) = standings([one], [rating(one, 3)], [said])
    assert found.state == "open"


def test_the_whole_is_the_mean_of_what_counts() -> None:
    names = [competency(name) for name in "abcd"]
    rated = [rating(names[0], 2), rating(names[1], 5, person=True), rating(names[2], None)]
    rated.append(rating(names[3], 1))
    total = whole(standings(names, rated, [verdict(rated[3], VerdictKind.SET_ASIDE)]))
    assert (total.level, total.counted) == (3.5, 2)
    assert (total.low, total.high) == pytest.approx((3.25, 3.75))
    assert whole([]).level is None
