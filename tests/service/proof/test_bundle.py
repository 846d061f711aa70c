"""Bundles over HTTP: who may have them, what is in them, and that they go on record."""

from __future__ import annotations

from uuid import uuid4

from sqlmodel import select

from service.audit import verify as verify_chain
from service.proof import endpoints
from service.proof.replay import Verdict, replayed
from service.proof.verify_bundle import Told, read, verify
from service.review.scoring import rate_session
from service.tables import AuditEvent, Role, Utterance
from tests.fakes.rooms import WORDS, Held, House, held_interview


async def rated_interview(house: House) -> tuple[Held, str]:
    house.app.include_router(endpoints.router)
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    return held, f"/api/sessions/{held.session_id}/evidence"


async def test_a_bundle_agrees_and_its_receipt_is_on_record(house: House) -> None:
    held, url = await rated_interview(house)
    override = {"level": 5, "reason": "I was there.", "evidence": [], "replaces": None}
    async with await house.login(Role.HR_LEAD) as client:
        case = (await client.get(held.case)).json()
        override["replaces"] = case["ratings"][0]["id"]
        place = held.override([r["competency_id"] for r in case["ratings"]].index(
            case["ratings"][0]["competency_id"]))  # fmt: skip
        assert (await client.post(place, json=override)).status_code == 201
        answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "private, no-store"
    told = verify(answer.content)
    assert told.wrong == []
    assert told.counts["people"] == 2
    found = read(answer.content, Told())
    async with house.database.reading() as db:
        statement = select(AuditEvent).where(AuditEvent.tag == "hr:evidence:export")
        event = (await db.exec(statement)).one()
        assert (await verify_chain(db)).ok
    assert (event.hash, event.seq) == (found["receipt"]["hash"], found["receipt"]["seq"])
    assert verify(answer.content, head=event.hash).wrong == []
    assert {verdict for _, verdict in replayed(answer.content)} == {Verdict.SAME}


async def test_it_holds_the_words_but_neither_name_nor_address(house: House) -> None:
    _, url = await rated_interview(house)
    async with await house.login(Role.DATA_PROTECTION) as client:
        content = (await client.get(url)).content
    assert WORDS.encode() in content
    for secret in (b"Li Na", b"li.na@example.org", b"recordings/"):
        assert secret not in content


async def test_words_that_changed_since_are_said_to_have_changed(house: House) -> None:
    held, url = await rated_interview(house)
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.text = f"{WORDS} And then we ate."
        db.add(row)
    async with await house.login(Role.DATA_PROTECTION) as client:
        told = verify((await client.get(url)).content)
    assert told.wrong == []
    assert any("as they stood before" in note for note in told.notes)


async def test_who_may_have_it_and_when(house: House) -> None:
    _, url = await rated_interview(house)
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.get(url)).status_code == 403
    async with house.client() as client:
        assert (await client.get(url)).status_code == 401
    async with await house.login(Role.ADMIN) as client:
        missing = await client.get(f"/api/sessions/{uuid4()}/evidence")
        assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
        assert (await client.get("/api/sessions/x/evidence")).status_code == 422


async def test_without_consent_to_a_model_there_is_nothing_to_recompute(house: House) -> None:
    house.app.include_router(endpoints.router)
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.ADMIN) as client:
        answer = await client.get(f"/api/sessions/{held.session_id}/evidence")
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_rated")
