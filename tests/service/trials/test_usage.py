"""What became of proposals, and whether scores drift."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from service.agreement.drift import Drift
from service.tables import new_id
from service.trials.usage import (
    Fate,
    Judgement,
    Proposal,
    Share,
    adoption,
    against,
    blind,
    fate,
    fates,
    spans,
)

START = datetime(2026, 3, 5, tzinfo=UTC)


def proposal(level: int = 3, **changes: object) -> Proposal:
    preset: dict[str, object] = {
        "rating_id": new_id(),
        "session_id": new_id(),
        "competency_id": new_id(),
        "version": "ours@1",
        "level": level,
        "score": float(level),
        "made_at": START,
    }
    return Proposal(**(preset | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("level", "verdict", "expected"),
    [
        (None, None, Fate.OPEN),
        (None, "accept", Fate.ACCEPTED),
        (None, "set_aside", Fate.SET_ASIDE),
        (3, None, Fate.ACCEPTED),
        (4, None, Fate.OVERRIDDEN),
        (4, "accept", Fate.OVERRIDDEN),
    ],
)
def test_a_level_in_force_counts_before_a_verdict(
    level: int | None, verdict: str | None, expected: Fate
) -> None:
    found = proposal()
    levels = {found.place: level} if level else {}
    verdicts = {found.rating_id: verdict} if verdict else {}
    assert fate(found, levels=levels, verdicts=verdicts) is expected


def test_only_the_last_word_counts_and_nothing_from_the_shadow() -> None:
    first = proposal(2)
    second = proposal(4, session_id=first.session_id, competency_id=first.competency_id)
    hidden = proposal(5, is_shadow=True)
    found = fates([first, second, hidden], levels={first.place: 4}, verdicts={})
    assert found == Counter({Fate.ACCEPTED: 1})


def test_adoption_is_of_what_was_judged() -> None:
    found = Counter({Fate.ACCEPTED: 6, Fate.OVERRIDDEN: 3, Fate.SET_ASIDE: 1, Fate.OPEN: 90})
    assert adoption(found) == Share(6, 10)
    assert adoption(Counter()).share.estimate is None


def test_blind_agreement_is_given_from_thirty_interviews_on() -> None:
    pairs = [(place, 1 + place % 5, 1 + place % 5) for place in range(30)]
    assert blind(pairs[:29]).kappa is None
    full = blind(pairs)
    assert full.kappa is not None
    assert (full.interviews, full.kappa.estimate) == (30, 1.0)
    assert blind([]).interviews == 0


def test_the_model_is_held_against_each_blind_level() -> None:
    found = proposal(4)
    judged = [Judgement(found.place, 5), Judgement(found.place, 4), Judgement((new_id(),) * 2, 1)]
    assert against([found], judged) == [(found.session_id, 4, 5), (found.session_id, 4, 4)]


def month(levels: list[int], *, after: int = 0, version: str = "ours@1") -> list[Proposal]:
    made_at = START + timedelta(days=31 * after)
    return [proposal(level, version=version, made_at=made_at) for level in levels]


def judged(found: list[Proposal], *, lower_by: int) -> list[Judgement]:
    return [Judgement(each.place, each.level - lower_by) for each in found]


def test_the_first_month_is_what_later_ones_are_held_against() -> None:
    steady = month([2, 3, 4] * 20)
    same = month([2, 3, 4] * 15, after=1)
    found = spans([*steady, *same], [])
    assert [(each.month, each.n, each.drift) for each in found] == [
        ("2026-03", 60, Drift.NONE),
        ("2026-04", 45, Drift.NONE),
    ]
    assert found[0].psi == 0


def test_scores_that_move_up_raise_an_alarm() -> None:
    found = spans([*month([2, 3, 4] * 20), *month([4, 5, 5] * 20, after=1)], [])
    assert (found[1].psi or 0) > 0.25
    assert found[1].drift is Drift.ALARM


def test_a_model_that_grows_milder_raises_an_alarm_though_its_scores_look_the_same() -> None:
    before, after = month([2, 3, 4] * 20), month([2, 3, 4] * 20, after=1, version="ours@2")
    people = [*judged(before, lower_by=0), *judged(after, lower_by=1)]
    found = spans([*before, *after], people)
    assert [each.version for each in found] == ["ours@1", "ours@2"]
    assert [each.error for each in found] == [0, 1]
    assert [each.moved for each in found] == [0, 1]
    assert [each.drift for each in found] == [Drift.NONE, Drift.ALARM]


def test_nothing_is_said_of_a_handful() -> None:
    few = month([5] * 29)
    found = spans(few, judged(few, lower_by=2))
    assert [(each.psi, each.error, each.drift) for each in found] == [(None, None, Drift.NONE)]
