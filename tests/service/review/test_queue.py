"""The queue: what is in it, in which order, and why it wants a person."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.review.scoring import rate_session
from service.tables import Role, Session, SessionState, Utterance, UtteranceStatus
from tests.fakes.rooms import House, Json, held_interview, new_invitation, new_plan


async def queue(house: House, query: str = "") -> Json:
    async with await house.login(Role.AUDITOR) as client:
        answer = await client.get(f"/api/review/queue{query}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_a_rated_case_says_why_it_wants_a_person(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    found = await queue(house)
    (item,) = found["items"]  # type: ignore[misc]
    assert (found["total"], item["session_id"]) == (1, str(held.session_id))
    assert (item["candidate_name"], item["plan_title"]) == ("Li Na", "Engineer")
    assert item["needs"] == ["abstained", "unreviewed"]
    short = [(r["name"], r["rater"]) for r in item["current_ratings"]]
    assert short == [("Teamwork", "model"), ("Planning", "model")]
    assert item["current_ratings"][1]["level"] is None


async def test_reasons_go_as_people_and_transcripts_come(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.status = UtteranceStatus.PENDING
        db.add(row)
    (item,) = (await queue(house))["items"]  # type: ignore[misc]
    assert item["needs"] == ["waiting_transcript", "unreviewed"]
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.status = UtteranceStatus.DONE
        db.add(row)
    async with await house.login(Role.REVIEWER) as client:
        body = {"level": 3, "reason": "Heard it all.", "evidence": [], "replaces": None}
        assert (await client.post(held.override(), json=body)).status_code == 201
    (item,) = (await queue(house))["items"]  # type: ignore[misc]
    assert item["needs"] == []


async def test_unsure_recognition_is_a_reason(house: House) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.words = [{**word, "confidence": 0.1} for word in row.words]  # type: ignore[typeddict-item]
        db.add(row)
    await rate_session(house.database, held.session_id)
    (item,) = (await queue(house))["items"]  # type: ignore[misc]
    assert "low_confidence" in item["needs"]


async def test_pages_cover_everything_once_and_states_filter(house: House) -> None:
    held = [await held_interview(house) for _ in range(3)]
    async with await house.login(Role.REVIEWER) as client:
        invited = await new_invitation(client, await new_plan(client))
    pages = [await queue(house, f"?page={page}&size=2") for page in (1, 2, 3)]
    ids = [item["session_id"] for page in pages for item in page["items"]]  # type: ignore[attr-defined]
    assert ids == [str(each.session_id) for each in reversed(held)]
    assert [page["total"] for page in pages] == [3, 3, 3]
    (only,) = (await queue(house, "?state=invited"))["items"]  # type: ignore[misc]
    assert (only["session_id"], only["needs"]) == (invited["session_id"], [])
    async with house.database.writing() as db:
        session = (await db.exec(select(Session).where(Session.id == held[0].session_id))).one()
        session.state = SessionState.FAILED
        db.add(session)
    assert (await queue(house, "?state=failed"))["total"] == 1
    assert (await queue(house, "?state=closed"))["total"] == 2


@pytest.mark.parametrize(
    "query",
    ["?state=gone", "?page=0", "?page=1e9", "?size=0", "?size=201", f"?page={10**40}", "?page=x"],
)
async def test_senseless_queries_are_refused(house: House, query: str) -> None:
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.get(f"/api/review/queue{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
