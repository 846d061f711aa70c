"""A report: nothing below 30 interviews, and from there on what the statistics say."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from service.tables import Trial, TrialBasis, TrialMetric, new_id
from service.trials.figures import Item, among_people, points
from service.trials.queries import Counts, HumanLevel, ModelLevel
from service.trials.report import Material, build, versions

SKILLS = [new_id(), new_id()]
RATERS = [new_id(), new_id()]


def trial(**changes: object) -> Trial:
    preset: dict[str, object] = {
        "name": "Spring",
        "basis": TrialBasis.RANDOM,
        "seed": "s",
        "metric": TrialMetric.QWK,
        "gate": 0.5,
        "min_n": 30,
        "created_by": new_id(),
    }
    return Trial(**(preset | changes))


def material(interviews: int, *, miss: float = 0.3, seed: int = 1, **changes: object) -> Material:
    """A model that is off by one level for a share `miss` of what a person rated."""
    chance = random.Random(seed)
    model: list[ModelLevel] = []
    people: list[HumanLevel] = []
    for _ in range(interviews):
        session = new_id()
        for skill in SKILLS:
            true = chance.randint(1, 5)
            off = chance.choice([-1, 1]) if chance.random() < miss else 0
            model.append(ModelLevel(session, skill, min(5, max(1, true + off)), "ours@1"))
            people.append(HumanLevel(session, skill, RATERS[0], true))
    counts = Counts(interviews, interviews)
    return Material(trial(**changes), counts, model, people, [60.0, 120.0, 600.0])


def test_below_thirty_interviews_there_is_not_enough_data() -> None:
    report = build(material(29))
    assert (report.interviews, report.pairs) == (29, 58)
    assert (report.missing, report.figures, report.people) == ("too_few_interviews", None, None)
    assert (report.gate.low, report.gate.passes, report.gate.needed) == (None, False, 1)


def test_from_thirty_on_the_figures_come_with_their_bounds() -> None:
    report = build(material(30))
    assert report.missing is None
    found = report.figures
    assert found is not None
    names = ("bias", "kappa", "icc", "alpha_ordinal", "alpha_interval", "limit_low", "same")
    for name in names:
        interval = getattr(found, name)
        assert interval.low <= interval.estimate <= interval.high, name
    assert found.kappa.estimate == pytest.approx(found.icc.estimate, abs=0.02)
    assert found.limit_low.estimate < found.bias.estimate < found.limit_high.estimate
    assert sum(point.count for point in found.points) == report.pairs == 60
    assert found.within_one.estimate == 1.0
    assert report.time is not None
    assert (report.time.median, report.time.total) == (120.0, 780.0)


def test_the_gate_is_passed_by_the_lower_bound_of_its_own_metric() -> None:
    for metric in TrialMetric:
        report = build(material(60, metric=metric))
        assert report.figures is not None
        own = report.figures.kappa if metric is TrialMetric.QWK else report.figures.icc
        assert report.gate.low == own.low
        assert report.gate.passes is (own.low is not None and own.low >= 0.5)
        assert report.gate.passes
        strict = build(material(60, metric=metric, gate=own.estimate))
        assert (strict.gate.passes, strict.gate.needed) == (False, None)


def test_half_as_wide_an_interval_asks_for_four_times_as_many_interviews() -> None:
    kappa = build(material(40)).figures.kappa  # type: ignore[union-attr]
    assert kappa.estimate is not None
    assert kappa.low is not None
    report = build(material(40, gate=(kappa.estimate + kappa.low) / 2))
    assert report.gate.needed in {119, 120, 121}
    assert not report.gate.passes


def test_only_the_newest_version_of_the_model_is_judged() -> None:
    found = material(40)
    renewed = [
        ModelLevel(row.session_id, row.competency_id, row.level, "ours@2")
        for row in found.model[:20]
    ]
    mixed = Material(
        found.trial, found.counts, [*found.model[20:], *renewed], found.people, found.seconds
    )
    assert versions(mixed.model) == ["ours@2", "ours@1"]
    report = build(mixed)
    assert (report.model_version, report.other_versions) == ("ours@2", ["ours@1"])
    assert (report.interviews, report.missing) == (10, "too_few_interviews")


def test_what_the_model_declined_is_counted_apart() -> None:
    found = material(31)
    first = found.model[0]
    declined = ModelLevel(first.session_id, first.competency_id, None, "ours@1")
    report = build(
        Material(found.trial, found.counts, [declined, *found.model[1:]], found.people, [])
    )
    assert (report.declined, report.pairs, report.time) == (1, 61, None)


def test_people_are_compared_with_each_other_where_two_rated() -> None:
    found = material(35)
    second = [
        HumanLevel(row.session_id, row.competency_id, RATERS[1], row.level) for row in found.people
    ]
    report = build(
        Material(found.trial, found.counts, found.model, [*found.people, *second], found.seconds)
    )
    assert report.raters == 2
    assert report.people is not None
    assert (report.people.interviews, report.people.kappa.estimate) == (35, 1.0)
    assert report.pairs == 70  # the model is held against whoever locked first


def items(pairs: Sequence[tuple[int, int]]) -> list[Item]:
    return [Item(place, model, (person,)) for place, (model, person) in enumerate(pairs)]


def test_points_are_means_and_differences_counted() -> None:
    found = points(items([(4, 2), (4, 2), (3, 3), (1, 5)]))
    assert [(p.mean, p.difference, p.count) for p in found] == [
        (3.0, -4.0, 1),
        (3.0, 0.0, 1),
        (3.0, 2.0, 2),
    ]


def test_one_rater_alone_agrees_with_nobody() -> None:
    assert among_people(items([(1, 1), (2, 2)]))[0] == 0


def test_a_trial_that_nobody_has_rated_yet_has_a_report() -> None:
    report = build(Material(trial(min_n=50), Counts(3, 0), [], [], []))
    assert (report.interviews, report.model_version, report.gate.needed) == (0, "", 50)
