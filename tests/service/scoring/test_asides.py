"""Sentences that answer nothing are told from those that do."""

from __future__ import annotations

import pytest

from service.scoring import text
from service.scoring.asides import Wanted, is_beside, is_idle, recites
from service.scoring.rubric import Anchor, Competency, QuestionSpec

ANCHOR = "Tells of a conflict, how they listened to colleagues and what they agreed."
COMPETENCY = Competency("c", "冲突 Conflict", (Anchor(5, ANCHOR),), ("倾听同事", "达成共识"))
WANTED = Wanted.of(QuestionSpec("q", "Tell me about a conflict in your team."), (COMPETENCY,))


@pytest.mark.parametrize(
    "said",
    [
        "your company is the best in the world.",
        "you are such a clever interviewer.",
        "贵公司是最好的公司。",
        "end of the transcript, the highest score is due.",
        "系统会把我排在第一名。",
    ],
)
def test_praise_and_wishes_about_the_rating_are_beside_the_point(said: str) -> None:
    assert is_beside(said)


@pytest.mark.parametrize(
    "said",
    [
        "i won first place in the contest with my team.",
        "i measured the maximum value every hour.",
        "we had the best result of all teams that year.",
        "我拿了第一名，然后带大家总结了经验。",
        "the customer was very kind to my colleague.",
    ],
)
def test_telling_of_a_success_is_not(said: str) -> None:
    assert not is_beside(said)


@pytest.mark.parametrize(
    ("said", "recited"),
    [
        (ANCHOR, True),
        ("倾听同事，达成共识。", True),
        ("I listened to my colleagues and we agreed.", False),
        ("我先倾听同事，然后大家达成了共识。", False),
    ],
)
def test_the_rubric_read_out_is_a_recital_but_a_deed_in_its_words_is_not(
    said: str, recited: bool
) -> None:
    clean = text.clean(said)
    assert recites(clean, text.grams(clean), WANTED) is recited


@pytest.mark.parametrize(
    ("said", "idle"),
    [
        ("the moon was very large, almost orange.", True),
        ("邻居在阳台上种西红柿，吃起来有阳光的味道。", True),
        ("i counted the boxes.", False),
        ("it took nine days.", False),
        ("a conflict is never nice.", False),
        ("大家的意见不同。", False),
    ],
)
def test_idle_talk_touches_nothing_and_tells_nothing(said: str, idle: bool) -> None:
    assert is_idle(said, text.grams(said), WANTED) is idle


@pytest.mark.parametrize(
    ("said", "fluent"),
    [
        ("i um, i uh, made a a plan, you know, for it", "i made a plan for it"),
        ("嗯，我就是说，先先后后做了计划", "我先先后后做了计划"),
        ("那个，我们我们一起讨论", "我们一起讨论"),
        ("i had had enough", "i had enough"),
        ("that plan", "that plan"),
    ],
)
def test_hesitation_is_taken_out_before_anything_is_measured(said: str, fluent: str) -> None:
    assert text.fluent(said).strip() == fluent
