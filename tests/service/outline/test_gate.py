"""The question gate: what it refuses, what it warns of, what it lets pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.demo.material import CHINESE, ENGLISH, GENERAL
from service.outline.gate import judge, normalised
from service.outline.laws import LAWS, REASONS, references
from service.outline.unlawful_en import UNLAWFUL_EN
from service.outline.unlawful_zh import UNLAWFUL_ZH

DATA = Path(__file__).parents[2] / "data" / "question_cases.json"
CASES = json.loads(DATA.read_text(encoding="utf-8"))["cases"]


def codes(text: str, place: str = "") -> list[str]:
    return [each.code for each in judge(text, place)]


def share(expect: str) -> float:
    """Share of the written cases of this sort on which the gate is right."""
    chosen = [case for case in CASES if case["expect"] == expect]
    right = 0
    for case in chosen:
        found = judge(case["text"])
        refused = any(each.refused for each in found)
        right += {"unlawful": refused, "vague": bool(found), "good": not found}[expect]
    return right / len(chosen)


@pytest.mark.parametrize("expect", ["unlawful", "vague", "good"])
def test_the_gate_judges_the_written_cases(expect: str) -> None:
    assert share(expect) >= 0.95


def test_there_are_cases_enough_in_both_languages() -> None:
    assert len(CASES) >= 200
    assert {case["language"] for case in CASES} == {"zh", "en"}
    assert len({case["text"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H\u200bow o\u202eld are you?", "age"),
        ("Ａｒｅ ｙｏｕ ｐｒｅｇｎａｎｔ？", "pregnancy"),
        ("Are you p r e g n a n t?", "pregnancy"),
        ("你 结 婚 了 吗？", "marriage"),
        ("你·怀·孕了吗？", "pregnancy"),
        ("您結婚了嗎？", "marriage"),
        ("What is your rеligion?", "religion"),  # a Cyrillic letter in it
        ("TELL US ABOUT YOUR HUSBAND.", "marriage"),
    ],
)
def test_tricks_with_letters_do_not_help(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Do you have the right to work here?",
        "Are you able to perform these duties with or without accommodation?",
        "Describe an age-stratified analysis you carried out and what it showed.",
        "请讲一次您做年龄分层数据分析的经历，结论是什么？",
        "请举例说明你如何护理怀孕的患者。",
        "您是否有合法工作的资格？",
    ],
)
def test_lawful_neighbours_pass(text: str) -> None:
    assert judge(text) == ()


def test_a_refusal_names_the_law_of_the_place() -> None:
    text = "你打算什么时候要孩子？"
    here = judge(text, "CN")[0]
    assert here.refused
    assert all("中华人民共和国" in law for law in here.laws)
    assert "第27条" in here.laws[0]
    assert judge(text, "EU-DE")[0].laws == ("EU Directive 2006/54/EC",)
    assert "Pregnancy Discrimination Act" in judge(text, "US-IL")[0].laws[0]
    assert len(judge(text, "BR")[0].laws) == len(references("pregnancy", ""))


def test_salary_history_is_a_warning_in_china_and_refused_elsewhere() -> None:
    text = "What is your current salary?"
    assert [each.refused for each in judge(text, "CN") if each.code == "salary_history"] == [False]
    assert next(each.refused for each in judge(text, "US-IL"))
    assert next(each.refused for each in judge(text))


def test_vague_questions_are_never_refused() -> None:
    for case in CASES:
        if case["expect"] == "vague":
            assert not any(each.refused for each in judge(case["text"]))


def test_every_code_has_rules_reasons_and_laws() -> None:
    assert UNLAWFUL_EN.keys() == UNLAWFUL_ZH.keys() == REASONS.keys() == LAWS.keys()
    for code, by_place in LAWS.items():
        assert by_place.keys() == {"CN", "EU", "US"}
        assert all(by_place.values())
        assert REASONS[code].zh
        assert REASONS[code].en


@pytest.mark.parametrize("plan", [ENGLISH, GENERAL, CHINESE], ids=["english", "general", "chinese"])
def test_the_sample_plans_are_lawful(plan: dict[str, list[dict[str, str]]]) -> None:
    for question in plan["questions"]:
        assert not any(each.refused for each in judge(question["text"]))


def test_text_is_read_as_the_rules_expect() -> None:
    assert normalised("  Ａge\u00a0 ’s\n岁 数 ") == "age 's 岁数"
