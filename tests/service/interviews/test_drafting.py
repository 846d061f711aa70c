"""Drafts over HTTP, the gate where plans are saved, and `candor outline`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.__main__ import cli
from service.outline.text import MAX_CHARS
from service.tables import Role
from tests.fakes.rooms import PLAN, House, Json

JOB = """任职要求：
1. 三年以上客服经验，能安抚情绪激动的客户
2. 普通话标准，沟通能力强
3. 限女性，35岁以下
4. 有耐心，抗压能力强
"""
CV = "2019年至2022年负责客服团队，处理客户投诉每日八十件\n已婚已育\n"
BODY: Json = {
    "title": "客服专员",
    "description": JOB,
    "resume": CV,
    "language": "zh",
    "jurisdiction": "CN",
}
ASKED: Json = {"seconds": 60, "competencies": ["teamwork", "planning"]}


async def test_a_draft_cites_the_advert_and_the_cv_and_can_be_saved_as_a_plan(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post("/api/plans/outline", json=BODY)
        assert answer.status_code == 200, answer.text
        draft = answer.json()
        assert (await client.get("/api/plans")).json() == []
        saved = await client.post("/api/plans", json=draft["plan"])
    assert saved.status_code == 201, saved.text
    assert saved.json()["warnings"] == []
    assert 5 <= len(draft["questions"]) <= 8
    for question in draft["questions"]:
        assert any(each["source"] == "job" for each in question["citations"])
        for each in question["citations"]:
            text = {"job": JOB, "cv": CV}[each["source"]]
            assert each["quote"].rstrip("…") in text[each["start"] : each["end"]]
    assert any(each["source"] == "cv" for q in draft["questions"] for each in q["citations"])
    assert {each["code"] for each in draft["set_aside"]} == {"age", "marriage"}
    assert {"1", "3", "5"} == set(draft["competencies"][0]["anchors"])
    assert draft["competencies"][0]["anchors"]["5"]["en"]


async def test_the_draft_speaks_the_language_asked_for(house: House) -> None:
    async with await house.login(Role.ADMIN) as client:
        draft = (await client.post("/api/plans/outline", json=BODY | {"language": "en"})).json()
    assert draft["plan"]["language"] == "en"
    english = [each["text"]["en"] for each in draft["questions"]]
    assert [each["text"] for each in draft["plan"]["questions"]] == english
    assert draft["questions"][0]["text"]["zh"] != draft["questions"][0]["text"]["en"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"description": "欢迎加入我们！"}, "no_requirements"),
        ({"description": ""}, "invalid_body"),
        ({"description": "x" * (MAX_CHARS + 1)}, "invalid_body"),
        ({"resume": "x" * (MAX_CHARS + 1)}, "invalid_body"),
        ({"description": "nul\x00"}, "invalid_body"),
        ({"language": "fr"}, "invalid_body"),
    ],
)
async def test_what_cannot_be_drafted_from_is_refused(
    house: House, changes: Json, code: str
) -> None:
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post("/api/plans/outline", json=BODY | changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_who_writes_plans_may_draft(house: House) -> None:
    async with await house.login(Role.AUDITOR) as client:
        assert (await client.post("/api/plans/outline", json=BODY)).status_code == 403
    async with house.client() as client:
        assert (await client.post("/api/plans/outline", json=BODY)).status_code == 401


async def test_a_plan_with_an_unlawful_question_is_refused_with_the_reason(house: House) -> None:
    questions = [ASKED | {"text": "Tell me about a conflict."}, ASKED | {"text": "你结婚了吗？"}]
    body = PLAN | {"questions": questions, "jurisdiction": "CN"}
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post("/api/plans", json=body)
        assert (await client.get("/api/plans")).json() == []
    assert (answer.status_code, answer.json()["code"]) == (422, "question_refused")
    assert answer.headers["content-type"] == "application/problem+json"
    refused = answer.json()["errors"]
    assert [(each["index"], each["code"]) for each in refused] == [(1, "marriage")]
    assert refused[0]["field"] == "body.questions.1.text"
    assert "婚恋" in refused[0]["reason"]["zh"]
    assert "marital" in refused[0]["reason"]["en"]
    assert "第27条" in refused[0]["laws"][0]


async def test_vague_questions_are_saved_with_warnings(house: House) -> None:
    body = PLAN | {"questions": [ASKED | {"text": "Are you good with people?"}]}
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post("/api/plans", json=body)
    assert answer.status_code == 201
    warnings = answer.json()["warnings"]
    assert [(each["index"], each["code"], each["laws"]) for each in warnings] == [(0, "yes_no", [])]


def test_the_command_prints_questions_with_quoted_spans(tmp_path: Path) -> None:
    job, cv = tmp_path / "job.txt", tmp_path / "cv.txt"
    job.write_bytes(JOB.encode("gb18030"))
    cv.write_text(CV, encoding="utf-8")
    shown = CliRunner().invoke(cli, ["outline", str(job), "--cv", str(cv)])
    assert shown.exit_code == 0, shown.output
    wanted = "三年以上客服经验，能安抚情绪激动的客户"
    at = JOB.index(wanted)
    assert f"招聘启事 {at}-{at + len(wanted)}: “{wanted}”" in shown.output
    assert "简历 0-" in shown.output
    assert "不可提问的内容" in shown.output


def test_the_command_writes_json(tmp_path: Path) -> None:
    job = tmp_path / "job.txt"
    job.write_text("Requirements\n- Knowledge of \x1b[31mbread\u202e\n", encoding="utf-8")
    shown = CliRunner().invoke(cli, ["outline", str(job), "--json"])
    questions = json.loads(shown.output)["questions"]
    assert len(questions) == 3
    assert "\x1b" not in questions[0]["text"]["en"]
    assert "\u202e" not in questions[0]["text"]["en"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 1), (b"\xff\xfe\x00\x81", 2), (b"x" * 100_000, 2)]
)
def test_the_command_says_what_it_cannot_use(tmp_path: Path, content: bytes, code: int) -> None:
    job = tmp_path / "job.txt"
    job.write_bytes(content)
    assert CliRunner().invoke(cli, ["outline", str(job)]).exit_code == code
    assert CliRunner().invoke(cli, ["outline", str(tmp_path / "none.txt")]).exit_code == 2
