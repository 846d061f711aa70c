"""The sample job: real ratings of written answers, marked as a sample, written once."""

from __future__ import annotations

from sqlmodel import col, select

from service.blobs import Blobs
from service.seed import sample, store
from service.tables import InterviewPlan, Role, Session
from tests.fakes.rooms import House


async def test_the_sample_shows_every_reason_to_look(house: House) -> None:
    assert await sample.add(house.database, house.settings) == 9
    assert await sample.add(house.database, house.settings) == 0
    async with await house.login(Role.HR_LEAD) as client:
        items = (await client.get("/api/review/queue")).json()["items"]
        assert len(items) == 9
        needs = {need for item in items for need in item["needs"]}
        assert needs >= {"contested", "overdue", "low_confidence", "unreviewed"}
        assert {item["language"] for item in items} == {"zh", "en"}
        raters = [r["rater"] for item in items for r in item["current_ratings"]]
        assert (len(raters), raters.count("human")) == (18, 2)
        assert all("ample" in i["candidate_name"] or "示例" in i["candidate_name"] for i in items)
        case = (await client.get(f"/api/review/cases/{items[0]['session_id']}")).json()
    assert {utterance["engine"] for utterance in case["utterances"]} == {sample.ENGINE}
    assert case["recordings"] == []
    assert "no_recording" in case["notes"]
    async with house.database.reading() as db:
        plans = (await db.exec(select(InterviewPlan).where(col(InterviewPlan.is_sample)))).all()
        assert len(plans) == 2
    assert await store.remove(house.database, Blobs("memory:///")) == 9
    async with house.database.reading() as db:
        assert (await db.exec(select(Session))).all() == []


def test_each_script_has_an_answer_to_every_question() -> None:
    for script in sample.scripts().values():
        keys = {competency.key for competency in script.plan.competencies}
        for told in script.interviews:
            assert len(told.answers) == len(script.plan.questions)
            assert told.override is None or told.override.competency in keys
