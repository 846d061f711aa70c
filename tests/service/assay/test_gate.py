"""The gate finds a scorer out: each weakness fails the family of cases that is made for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from service.assay.build import cases
from service.assay.cases import BOUNDS, Family, Rule, Said
from service.assay.gate import Rate, Refused, examine, must_stand
from service.assay.material import GRADES, LANGUAGES, topics
from service.assay.own import rubric_cases
from service.scoring.ratings import Abstention, AnswerRating
from service.scoring.rubric import Anchor, Competency, QuestionSpec, Rubric

F = Family


def rater(score_of: Callable[[Said], float | None]) -> Rate:
    """A rater by a rule of the test's own."""

    def rate(said: Said) -> AnswerRating:
        score = score_of(said)
        level = None if score is None else min(5, max(1, int(score + 0.5)))
        reason = Abstention.UNSURE if score is None else None
        return AnswerRating("q", "c", level, score, 1.0, 5.0, 1.0, (), (), reason)

    return rate


def failing(score_of: Callable[[Said], float | None]) -> set[Family]:
    return {one.case.family for one in examine(cases(), rater(score_of)).failures}


GRADED = {
    topic.answer(grade): float(1 + 2 * GRADES.index(grade))
    for language in LANGUAGES
    for topic in topics(language)
    for grade in GRADES
}


def holds(said: Said) -> float:
    """As an ideal rater would: the grade of the answer that the text still contains."""
    return max(
        (level for text, level in GRADED.items() if text in said.text),
        default=2.0,
    )


def test_there_are_a_hundred_cases_in_each_direction_and_no_id_twice() -> None:
    found = cases()
    assert len({case.id for case in found}) == len(found)
    counts = Counter(case.bound.rule for case in found)
    assert min(counts[rule] for rule in Rule) >= 100
    for family in (F.FLATTERY, F.PADDING, F.ORDERS, F.IDENTITY):
        assert sum(case.family is family for case in found) >= 100
    assert {case.family for case in found} == set(BOUNDS)


def test_every_family_speaks_both_languages() -> None:
    for family in set(Family) - {F.TRANSLATION}:
        assert {case.language for case in cases() if case.family is family} == {"en", "zh"}


def test_a_change_really_changes_the_text() -> None:
    unchanged = [c.id for c in cases() if c.base is not None and c.base == c.said]
    assert [one for one in unchanged if not one.startswith("orders_cv")] == []


def test_a_rater_that_gives_everybody_two_fails_only_where_better_must_be_better() -> None:
    assert failing(lambda _: 2.0) == {F.BETTER_GRADE, F.BETTER_WHOLE}


def test_a_rater_that_gives_everybody_three_passes_junk() -> None:
    assert {family for family in Family if family.value.startswith("junk")} <= failing(
        lambda _: 3.0
    )


def test_a_rater_by_length_falls_for_padding_flattery_and_orders() -> None:
    found = failing(lambda said: min(5.0, 1 + len(said.text) / 120))
    assert {F.PADDING, F.FLATTERY, F.ORDERS, F.REPETITION, F.STUFFING} <= found


def test_a_rater_who_looks_at_names_fails_the_swaps() -> None:
    def score(said: Said) -> float:
        return 4.0 if "Stanford" in said.text or "清华" in said.text else 2.0

    assert F.IDENTITY in failing(score)


def test_a_rater_who_obeys_fails_on_orders() -> None:
    def score(said: Said) -> float:
        return 5.0 if "Ignore all" in said.text or "忽略" in said.text else 2.0

    assert {F.ORDERS, F.JUNK_ATTACK} <= failing(score)


def test_a_rater_who_minds_hesitation_fails() -> None:
    def score(said: Said) -> float:
        return 1.0 if "um," in said.text or "嗯，" in said.text else 2.0

    assert F.DISFLUENCY in failing(score)


def test_a_rater_who_reads_only_english_fails_the_pairs() -> None:
    assert F.TRANSLATION in failing(lambda said: 4.0 if said.text.isascii() else 2.0)


def test_declining_to_rate_is_no_way_through() -> None:
    assert F.BETTER_GRADE in failing(lambda _: None)


def test_a_fair_rater_stands_what_keeps_its_words() -> None:
    found = failing(holds)
    assert not found & {F.REPETITION, F.STUFFING, F.IDENTITY, F.BETTER_GRADE, F.JUNK_STORY}


def test_publishing_is_refused_with_the_failing_cases() -> None:
    with pytest.raises(Refused) as caught:
        must_stand(cases(), rater(lambda _: 3.0))
    assert caught.value.report.failures
    assert "past their bounds" in str(caught.value)
    assert must_stand([], rater(lambda _: 3.0)).passed


def test_a_rubric_is_attacked_with_its_own_words() -> None:
    anchors = (Anchor(1, "Blames others."), Anchor(5, "Weighs two options; names the risk."))
    rubric = Rubric("7", (Competency("x", "Judgement", anchors), Competency("y", "Planning", ())))
    questions = [QuestionSpec("q", "Tell me about a hard choice.", ("x",))]
    found = rubric_cases(rubric, questions)
    assert {case.family for case in found} >= {F.JUNK_RECITAL, F.JUNK_ECHO, F.IDENTITY}
    assert {case.said.asked.competency.id for case in found} == {"x"}
    assert any("names the risk" in c.said.text for c in found if c.family is F.JUNK_KEYWORDS)
    chinese = rubric_cases(rubric, [QuestionSpec("q", "请讲一次艰难的选择。")])
    assert {case.language for case in chinese} == {"zh"}
    assert {case.said.asked.competency.id for case in chinese} == {"x", "y"}
