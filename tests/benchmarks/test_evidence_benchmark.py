"""The evidence and attack benchmarks count what they say."""

from __future__ import annotations

from benchmarks.attacks import by_language, directions
from benchmarks.evidence import agreeing, digest_of
from service.assay.build import cases
from service.assay.gate import Outcome, Report


def test_agreement_is_counted_with_its_checks() -> None:
    found = agreeing(3)
    assert (found["bundles"], found["agreed"]) == (3, 3)
    assert isinstance(found["checks"], int)
    assert found["checks"] > 30


def test_the_digest_of_ratings_is_stable_and_depends_on_their_number() -> None:
    assert digest_of(2) == digest_of(2) != digest_of(3)


def test_every_case_has_a_direction() -> None:
    counts = directions(cases())
    assert sum(counts.values()) == len(cases())
    assert min(counts.values()) >= 100


def test_failures_are_counted_by_language() -> None:
    junk = [case for case in cases() if case.id.startswith("junk_echo")]
    found = Report(tuple(Outcome(case, 3.0, 3, None) for case in junk))
    assert by_language(found) == {
        "en": {"cases": 20, "failures": 20},
        "zh": {"cases": 20, "failures": 20},
    }
