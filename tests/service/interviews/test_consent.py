"""Consent: what is asked under which law, and how answers are kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from service.access.guests import Guest, find_guest
from service.access.notices import require_recording
from service.audit import verify
from service.db import Database
from service.errors import ServiceError
from service.tables import AuditEvent, Consent, Role, Session, SessionState
from tests.fakes.rooms import House, give_consent, make_house, new_invitation, new_plan


async def invite(house: House, jurisdiction: str = "EU") -> tuple[httpx.AsyncClient, UUID, str]:
    async with await house.login(Role.REVIEWER) as client:
        made = await new_invitation(client, await new_plan(client, jurisdiction=jurisdiction))
    token = str(made["token"])
    return house.guest(token), UUID(str(made["session_id"])), token


async def consents(house: House) -> list[Consent]:
    async with house.database.reading() as db:
        return list((await db.exec(select(Consent).order_by(col(Consent.given_at)))).all())


async def set_state(house: House, session_id: UUID, state: SessionState) -> None:
    async with house.database.writing() as db:
        session = await db.get_one(Session, session_id)
        session.state = state
        db.add(session)


@pytest.mark.parametrize(
    ("host", "plan", "profile", "offered"),
    [
        ("STRICT", "CN", "CN", False),
        ("EU", "US-IL", "US-IL", False),
        ("CN", "EU", "EU", False),
        ("CN", "STRICT", "STRICT", False),
        ("CN", "BR", "STRICT", False),
        ("CN", "CN", "CN", True),
        ("US-IL", "US-IL", "US-IL", True),
    ],
)
async def test_faces_are_offered_only_where_plan_and_host_allow(
    tmp_path: Path, database: Database, host: str, plan: str, profile: str, offered: bool
) -> None:
    house = make_house(tmp_path, database, host)
    guest, _, _ = await invite(house, plan)
    async with guest:
        view = (await guest.get("/api/candidate/interview")).json()
        refused = await give_consent(guest, facial_analysis=True)
    purposes = {each["purpose"]: each for each in view["notice"]["purposes"]}
    assert view["notice"]["profile"] == profile
    assert purposes["facial_analysis"]["offered"] is offered
    assert not any(purpose["required"] for purpose in purposes.values())
    assert ("biometric" in {kept["data_class"] for kept in view["retention"]}) is offered
    assert refused.status_code == (200 if offered else 422)


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_small_picture_is_of_use_only_once_faces_are_agreed_to(
    tmp_path: Path, database: Database, agreed: bool
) -> None:
    guest, _, _ = await invite(make_house(tmp_path, database, "CN"), "CN")
    async with guest:
        before = (await guest.get("/api/candidate/interview")).json()
        after = (await give_consent(guest, facial_analysis=agreed)).json()
    assert (before["faces"], after["faces"]) == (False, agreed)


async def test_consent_opens_the_way_and_is_shown_again(house: House) -> None:
    guest, _, _ = await invite(house)
    async with guest:
        answer = await give_consent(guest, ai_scoring=False)
        view = (await guest.get("/api/candidate/interview")).json()
    assert (answer.status_code, answer.json()) == (200, view)
    assert view["state"] == "consented"
    flags = {"recording": True, "ai_scoring": False, "facial_analysis": False}
    assert view["consent"]["purposes"] == flags
    assert view["consent"]["version"] == view["notice"]["version"]


async def test_every_answer_is_kept_and_the_newest_counts(house: House) -> None:
    guest, session_id, _ = await invite(house)
    async with guest:
        states = [
            (await give_consent(guest, recording=recording)).json()["state"]
            for recording in (True, False, True)
        ]
    assert states == ["consented", "invited", "consented"]
    kept = await consents(house)
    assert [row.recording for row in kept] == [True, False, True]
    assert [row.is_current for row in kept] == [False, False, True]
    async with house.database.reading() as db:
        events = (await db.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))).all()
        assert (await verify(db)).ok
    own = [event.tag for event in events if event.session_id == session_id]
    assert own == ["hr:invitation:create"] + ["candidate:consent:give", "session:state:move"] * 3


async def test_an_answer_to_an_older_notice_does_not_count(house: House) -> None:
    guest, _, _ = await invite(house)
    body = {
        "notice_version": "EU-2020-01",
        "locale": "en",
        "purposes": {"recording": True, "ai_scoring": True, "facial_analysis": False},
    }
    async with guest:
        answer = await guest.post("/api/candidate/consent", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_outdated")
    assert await consents(house) == []


@pytest.mark.parametrize(
    "purposes",
    [
        {"recording": True, "ai_scoring": True},
        {"recording": "yes", "ai_scoring": True, "facial_analysis": False},
        {"recording": 1, "ai_scoring": True, "facial_analysis": False},
        {"recording": None, "ai_scoring": True, "facial_analysis": False},
    ],
)
async def test_consent_is_never_guessed(house: House, purposes: dict[str, object]) -> None:
    guest, _, _ = await invite(house)
    body = {"notice_version": "EU-2026-11.2", "locale": "en", "purposes": purposes}
    async with guest:
        assert (await guest.post("/api/candidate/consent", json=body)).status_code == 422
    assert await consents(house) == []


@pytest.mark.parametrize("state", [SessionState.DRAINING, SessionState.CLOSED])
async def test_an_interview_that_is_over_takes_no_answers(
    house: House, state: SessionState
) -> None:
    guest, session_id, _ = await invite(house)
    await set_state(house, session_id, state)
    async with guest:
        answer = await give_consent(guest)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_over")


async def test_a_running_interview_keeps_its_state_and_cannot_lose_its_recording(
    house: House,
) -> None:
    guest, session_id, _ = await invite(house)
    await set_state(house, session_id, SessionState.LIVE)
    async with guest:
        assert (await give_consent(guest, ai_scoring=False)).json()["state"] == "live"
        assert (await give_consent(guest, recording=False)).json()["code"] == "session_over"


async def test_two_answers_at_once_leave_one_in_force(house: House) -> None:
    guest, _, _ = await invite(house)
    async with guest:
        answers = await asyncio.gather(*(give_consent(guest) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    kept = await consents(house)
    assert (len(kept), sum(row.is_current for row in kept)) == (4, 1)


async def guest_of(house: House, token: str) -> Guest:
    async with house.database.reading() as db:
        return await find_guest(db, token)


async def test_media_needs_consent_that_counts(house: House) -> None:
    guest, _, token = await invite(house)

    async def refusal() -> str:
        with pytest.raises(ServiceError) as caught:
            require_recording(await guest_of(house, token), house.settings)
        return caught.value.code

    assert await refusal() == "consent_missing"
    async with guest:
        await give_consent(guest, recording=False)
        assert await refusal() == "recording_refused"
        await give_consent(guest)
    assert require_recording(await guest_of(house, token), house.settings).recording
    async with house.database.writing() as db:
        row = (await db.exec(select(Consent).where(col(Consent.is_current)))).one()
        row.notice_version = "EU-2020-01"
        db.add(row)
    assert await refusal() == "consent_outdated"
