"""Plans over HTTP: what is stored, and what is refused."""

from __future__ import annotations

import copy

import pytest

from service.tables import Role
from tests.fakes.rooms import COMPETENCIES, PLAN, House, Json, new_plan

HOSTILE = [
    "'; DROP TABLE plans; --",
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202etxt.exe",
    "招聘 مرحبا 🧑‍💻",
]


def question(**changes: object) -> Json:
    return {"text": "Why?", "seconds": 60, "competencies": ["teamwork", "planning"]} | changes


async def test_a_plan_comes_back_as_it_was_written(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client)
        listed = (await client.get("/api/plans")).json()
        single = (await client.get(f"/api/plans/{plan['id']}")).json()
    assert listed == [plan]
    assert single == plan
    assert plan["title"] == "Engineer"
    questions, competencies = single["questions"], single["competencies"]
    assert [q["text"] for q in questions] == [q["text"] for q in PLAN["questions"]]  # type: ignore[attr-defined]
    assert [q["index"] for q in questions] == [0, 1]
    assert questions[0]["competency_ids"] == [competencies[0]["id"]]
    anchors = single["rubric"]["anchors"][competencies[1]["id"]]
    assert (single["rubric"]["version"], anchors) == (1, COMPETENCIES[1]["anchors"])


async def test_a_question_without_competencies_asks_after_all(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client, questions=[{"text": "Tell me.", "seconds": 60}])
    ids = [each["id"] for each in plan["competencies"]]  # type: ignore[attr-defined]
    assert plan["questions"][0]["competency_ids"] == ids  # type: ignore[index]


@pytest.mark.parametrize("title", HOSTILE)
async def test_hostile_text_is_kept_letter_for_letter(house: House, title: str) -> None:
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client, title=f"  {title}  ")
        assert (await client.get(f"/api/plans/{plan['id']}")).json()["title"] == title


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "nul\x00"}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"language": "fr"}, "language"),
        ({"jurisdiction": "the moon"}, "jurisdiction"),
        ({"competencies": []}, "competencies"),
        ({"competencies": [*COMPETENCIES, COMPETENCIES[0]]}, "share a key"),
        ({"questions": []}, "questions"),
        ({"questions": [question()] * 51}, "questions"),
        ({"questions": [question(seconds=0)]}, "seconds"),
        ({"questions": [question(seconds=10**30)]}, "seconds"),
        ({"questions": [question(text="x" * 2001)]}, "text"),
        ({"questions": [question(competencies=["teamwork"])]}, "no question asks after"),
        ({"questions": [question(competencies=["magic", "teamwork"])]}, "unknown"),
        ({"questions": [question(competencies=["teamwork"] * 2)]}, "twice"),
        ({"questions": [question(seconds=3600)] * 3}, "10800 s"),
    ],
)
async def test_a_plan_that_does_not_hold_together_says_where(
    house: House, changes: Json, said: str
) -> None:
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post("/api/plans", json=PLAN | changes)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
        assert said in answer.text
        assert (await client.get("/api/plans")).json() == []


async def test_every_competency_needs_its_three_anchors(house: House) -> None:
    competencies = copy.deepcopy(COMPETENCIES)
    del competencies[0]["anchors"]["3"]  # type: ignore[attr-defined]
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post("/api/plans", json=PLAN | {"competencies": competencies})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.competencies.0.anchors.3"


async def test_an_unknown_plan_is_not_found(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        unknown = await client.get("/api/plans/00000000-0000-7000-8000-000000000000")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
        assert (await client.get("/api/plans/1%20OR%201=1")).status_code == 422
