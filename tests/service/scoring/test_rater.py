"""Ratings: sums, bounds, quotes, abstention, and what must not change a score."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.scoring.priors import OPEN, REFERENCE, RUBRIC
from service.scoring.rater import (
    contributions,
    level_of,
    overall,
    rate_answer,
    rate_session,
    total,
)
from service.scoring.ratings import Abstention, AnswerRating, Evidence, Feature
from service.scoring.report import to_json
from service.scoring.rubric import (
    Answer,
    AnswerUtterance,
    Competency,
    QuestionSpec,
    Rubric,
    SpokenWord,
)
from service.scoring.score_model import HIGHEST, LOWEST, ScoreModel
from tests.service.scoring.material import (
    CASES,
    FLATTERY,
    OFF_TOPIC,
    ORDERS,
    Case,
    answer,
    rubric,
    utterance,
)

LANGUAGE, CASE = CASES[0]
by_case = pytest.mark.parametrize(("language", "case"), CASES, ids=lambda v: getattr(v, "name", v))
values = st.floats(0, 1, allow_nan=False)


def rate(language: str, case: Case, text: str) -> AnswerRating:
    found = rubric(language, case)
    return rate_answer(answer(case.question, text), found.competencies[0], rubric=found)


def score(language: str, case: Case, text: str) -> float:
    found = rate(language, case, text).score
    return LOWEST if found is None else found


def features(amounts: dict[str, float]) -> list[Feature]:
    return [Feature(name, value, f"scoring.feature.{name}") for name, value in amounts.items()]


WEIGHTS = {curve.feature: curve.reach for curve in RUBRIC.curves}
amounts = st.fixed_dictionaries(dict.fromkeys(WEIGHTS, values))


@given(amounts)
def test_contributions_add_up_to_a_score_from_one_to_five(found: dict[str, float]) -> None:
    parts = contributions(features(found), RUBRIC)
    assert LOWEST - 1e-9 <= total(parts) <= HIGHEST + 1e-9
    assert all(p.contribution == pytest.approx(p.weight * p.value, abs=1e-9) for p in parts)


@given(amounts, st.sampled_from([n for n, w in WEIGHTS.items() if w > 0]), values)
def test_more_of_a_good_feature_never_lowers_the_score(
    found: dict[str, float], name: str, more: float
) -> None:
    raised = found | {name: max(found[name], more)}
    assert (
        total(contributions(features(raised), RUBRIC))
        >= total(contributions(features(found), RUBRIC)) - 1e-12
    )


@given(amounts, st.randoms(use_true_random=False))
def test_the_order_of_features_is_of_no_matter(found: dict[str, float], random) -> None:
    shuffled = list(found.items())
    random.shuffle(shuffled)
    assert total(contributions(features(dict(shuffled)), RUBRIC)) == total(
        contributions(features(found), RUBRIC)
    )


@pytest.mark.parametrize("model", [RUBRIC, OPEN, REFERENCE], ids=lambda model: model.id)
def test_the_published_weights_reach_exactly_five(model: ScoreModel) -> None:
    assert sum(c.reach for c in model.curves if c.reach > 0) == pytest.approx(HIGHEST - LOWEST)


@pytest.mark.parametrize(
    ("value", "level"), [(1.0, 1), (1.49, 1), (1.5, 2), (3.5, 4), (4.49, 4), (5.0, 5)]
)
def test_a_level_is_the_nearest_one(value: float, level: int) -> None:
    assert level_of(value) == level


@by_case
def test_a_concrete_answer_outranks_flattery_another_topic_and_silence(
    language: str, case: Case
) -> None:
    good = score(language, case, case.good)
    assert good >= 3.5
    for weak in (FLATTERY[language], OFF_TOPIC[language], ORDERS[language], ""):
        assert score(language, case, weak) < good - 1.5


@by_case
def test_saying_it_twice_does_not_help(language: str, case: Case) -> None:
    once = score(language, case, case.good)
    assert score(language, case, f"{case.good} {case.good}") <= once
    said_twice = Answer(
        answer(case.question, "").question,
        (utterance(case.good), replace(utterance(case.good), id="u2")),
    )
    found = rubric(language, case)
    rated = rate_answer(said_twice, found.competencies[0], rubric=found)
    assert rated.score is not None
    assert rated.score <= once


@by_case
def test_orders_to_the_rater_earn_nothing(language: str, case: Case) -> None:
    assert rate(language, case, ORDERS[language]).score is None
    with_orders = f"{case.good} {ORDERS[language]}"
    assert score(language, case, with_orders) == pytest.approx(score(language, case, case.good))


@by_case
def test_reading_the_question_back_earns_nothing(language: str, case: Case) -> None:
    assert rate(language, case, case.question).abstained is Abstention.TOO_SHORT
    echoed = score(language, case, f"{case.question} {case.good}")
    assert echoed == pytest.approx(score(language, case, case.good))


@by_case
def test_a_list_of_keywords_earns_less_than_an_answer(language: str, case: Case) -> None:
    listed = (" " if language == "en" else "、").join(case.keywords * 6)
    assert score(language, case, listed) < score(language, case, case.good) - 1.5


ABOUT = {
    "en": "{name} studied at {school}. {pronoun} worked with me on it. ",
    "zh": "{name}毕业于{school}，{pronoun}和我一起做了这件事。",
}
PEOPLE = {
    "en": [
        ("Emily Walker", "Stanford University", "She"),
        ("Mohammed Hussain", "Leeds University", "He"),
        ("Nguyen Thi Lan", "Hanoi University", "She"),
        ("Jamal Washington", "Howard University", "He"),
    ],
    "zh": [
        ("王建国", "清华大学", "他"),
        ("李秀英", "郑州大学", "她"),
        ("阿依古丽", "新疆大学", "她"),
        ("扎西顿珠", "西藏大学", "他"),
    ],
}


@by_case
def test_names_genders_and_schools_leave_the_score_alone(language: str, case: Case) -> None:
    found = [
        score(
            language,
            case,
            ABOUT[language].format(name=name, school=school, pronoun=pronoun) + case.good,
        )
        for name, school, pronoun in PEOPLE[language]
    ]
    assert max(found) - min(found) <= 0.05


@by_case
def test_quotes_are_verbatim_and_within_the_times_of_the_utterance(
    language: str, case: Case
) -> None:
    said = utterance(case.good)
    found = rate(language, case, case.good).evidence
    assert found
    for quote in found:
        assert quote.utterance_id == said.id
        assert quote.quote in said.text
        assert said.start <= quote.start < quote.end <= said.end


def test_a_quote_has_the_times_of_its_own_words() -> None:
    text = "Hello there. I resolved a conflict in my team by listening. Thank you."
    said = utterance(text)
    found = rubric(LANGUAGE, CASE)
    rated = rate_answer(
        Answer(QuestionSpec("q", CASE.question), (said,)), found.competencies[0], rubric=found
    )
    (quote, *_) = rated.evidence
    assert quote == Evidence(
        "u1", "I resolved a conflict in my team by listening.", 2.0, 6.4, "question_relevance"
    )


def test_an_answer_beside_the_point_has_no_evidence() -> None:
    assert rate("en", CASE, OFF_TOPIC["en"]).evidence == ()


@pytest.mark.parametrize(
    ("utterances", "reason"),
    [
        ((), Abstention.NO_ANSWER),
        ((AnswerUtterance("u", 0, 9, ""),), Abstention.WAITING),
        ((utterance("Yes, once."),), Abstention.TOO_SHORT),
        ((utterance("   \n "),), Abstention.WAITING),
        ((utterance("... !!!"),), Abstention.TOO_SHORT),
        ((utterance(CASE.good, confidence=0.2),), Abstention.UNSURE),
        (
            (replace(utterance(CASE.good, confidence=0.42), is_fallback=True),),
            Abstention.FALLBACK,
        ),
        ((utterance(CASE.good, language="fr"),), Abstention.OTHER_LANGUAGE),
        ((utterance("去年我和同事有分歧，我们一起解决了这个冲突。"),), Abstention.OTHER_LANGUAGE),
    ],
)
def test_it_abstains_with_a_reason(
    utterances: tuple[AnswerUtterance, ...], reason: Abstention
) -> None:
    found = rubric(LANGUAGE, CASE)
    said = Answer(QuestionSpec("q", CASE.question), utterances)
    rated = rate_answer(said, found.competencies[0], rubric=found)
    assert rated.abstained is reason
    assert (rated.level, rated.score, rated.low, rated.high) == (None, None, 1.0, 5.0)
    assert (rated.contributions, rated.evidence, rated.weight) == ((), (), 0.0)


def width(said: AnswerUtterance) -> float:
    found = rubric(LANGUAGE, CASE)
    middling = Answer(QuestionSpec("q", CASE.question), (said,))
    rated = rate_answer(middling, found.competencies[0], rubric=found)
    return rated.high - rated.low


def test_the_interval_widens_with_every_doubt() -> None:
    plain = "I once had a conflict in my team, and we talked about it until it was resolved."
    sure = width(utterance(plain, confidence=1.0))
    assert width(utterance(plain, confidence=0.7)) > sure
    assert width(replace(utterance(plain, confidence=1.0), is_fallback=True)) > sure
    longer = f"{plain} Everybody said what they wanted, and later on the others came to us too."
    assert width(utterance(longer, confidence=1.0)) < sure


def session(*texts: str) -> list[Answer]:
    return [Answer(QuestionSpec(f"q{i}", CASE.question), (utterance(t),)) for i, t in
            enumerate(texts)]  # fmt: skip


def test_a_session_is_the_weighted_mean_of_its_answers_and_keeps_them() -> None:
    (found,) = rate_session(session(CASE.good, OFF_TOPIC["en"], ""), rubric(LANGUAGE, CASE))
    rated = [a for a in found.answers if a.score is not None]
    assert [a.abstained for a in found.answers] == [None, None, Abstention.WAITING]
    mean = sum(a.weight * (a.score or 0) for a in rated) / sum(a.weight for a in rated)
    assert found.score == pytest.approx(mean)
    assert total(found.contributions) == pytest.approx(found.score, abs=1e-6)
    assert found.low <= found.score <= found.high
    assert found.level == level_of(mean)


def test_a_session_without_a_rateable_answer_abstains() -> None:
    (found,) = rate_session(session("", "Yes."), rubric(LANGUAGE, CASE))
    assert (found.level, found.score, found.abstained) == (None, None, Abstention.WAITING)
    (nobody,) = rate_session([], rubric(LANGUAGE, CASE))
    assert nobody.abstained is Abstention.NO_ANSWER


def test_a_question_counts_only_for_the_competencies_it_asks_after() -> None:
    one, other = Competency("one", "Teamwork", ()), Competency("two", "Planning", ())
    said = Answer(QuestionSpec("q", CASE.question, ("one",)), (utterance(CASE.good),))
    first, second = rate_session([said], Rubric("1", (one, other)))
    assert (len(first.answers), len(second.answers)) == (1, 0)
    assert second.abstained is Abstention.NO_ANSWER


def test_the_overall_score_follows_the_rubrics_weights() -> None:
    competencies = (Competency("one", "Teamwork", ()), Competency("two", "Sales", ()))
    weighted = Rubric("1", competencies, (("one", 3.0),))
    ratings = rate_session(session(CASE.good), weighted)
    one, two = (r.score or 0.0 for r in ratings)
    assert overall(ratings, weighted) == pytest.approx((3 * one + two) / 4)
    assert overall([], weighted) is None


hostile = st.text(st.characters(), max_size=300) | st.sampled_from(
    [
        "\x00" * 50,
        "\u202e" * 40 + "abc",
        "🙂" * 200,
        "\ud800 lone",
        "a" * 5000,
        "。" * 3000,
        "ﷺ" * 900,
    ]
)


@given(hostile, hostile, hostile)
@settings(max_examples=150, deadline=None)
def test_any_text_is_rated_or_declined_without_an_error(said: str, asked: str, anchor: str) -> None:
    competency = Competency("c", anchor, (), (anchor, said))
    word = SpokenWord(said[:5], 0.0, 1.0, 0.9)
    spoken = AnswerUtterance("u", 0.0, 2.0, said, (word,))
    found = Rubric("1", (competency,))
    (rating,) = rate_session([Answer(QuestionSpec("q", asked), (spoken,))], found)
    assert to_json(rating)
    if rating.score is not None and rating.level is not None:
        assert 1 <= rating.level <= 5
        assert rating.low <= rating.score <= rating.high
        assert total(rating.contributions) == pytest.approx(rating.score, abs=1e-6)
    assert all(quote.quote in said for quote in rating.evidence)
    assert all(0.0 <= quote.start <= quote.end <= 2.0 for quote in rating.evidence)
