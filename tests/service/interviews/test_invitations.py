"""Invitations over HTTP, and which tokens still open an interview."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from service.access.tokens import token_hash
from service.tables import Candidate, Invitation, Role, Session, SessionState, utc_now
from tests.fakes.rooms import House, Json, give_consent, invitation_body, new_invitation, new_plan


async def invite(house: House, **changes: object) -> Json:
    async with await house.login(Role.REVIEWER) as client:
        return await new_invitation(client, await new_plan(client), **changes)


async def open_interview(house: House, token: str) -> tuple[int, str]:
    async with house.guest(token) as guest:
        answer = await guest.get("/api/candidate/interview")
    return answer.status_code, answer.json().get("code", "")


async def test_an_invitation_makes_candidate_session_and_a_link(house: House) -> None:
    made = await invite(house)
    assert made["link"] == f"{house.settings.base_url}/join#{made['token']}"
    async with house.database.reading() as db:
        invitation = (await db.exec(select(Invitation))).one()
        session = (await db.exec(select(Session))).one()
        candidate = (await db.exec(select(Candidate))).one()
    assert invitation.token_hash == token_hash(str(made["token"]))
    assert (session.state, session.language) == (SessionState.INVITED, "en")
    assert (candidate.name, candidate.email) == ("Li Na", "li.na@example.org")
    async with await house.login(Role.REVIEWER) as client:
        (listed,) = (await client.get("/api/invitations")).json()
    shown = {key: value for key, value in made.items() if key not in {"link", "token"}}
    assert (listed, listed["state"], listed["declined"]) == (shown, "invited", False)


async def test_the_candidate_sees_their_interview(house: House) -> None:
    made = await invite(house)
    async with house.guest(str(made["token"])) as guest:
        view = (await guest.get("/api/candidate/interview")).json()
    assert (view["state"], view["locale"], view["language"]) == ("invited", "zh-CN", "en")
    assert (view["job_title"], view["total_questions"]) == ("Engineer", 2)
    assert [question["index"] for question in view["questions"]] == [0, 1]
    assert view["transcription"] == {
        "engine": "test-engine",
        "is_fallback": True,
        "available": True,
        "quality": "made up",
    }
    assert view["consent"] is None
    assert view["max_seconds"] == house.settings.session_max_seconds


async def test_a_language_without_an_engine_is_said_to_wait(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        made = await new_invitation(client, await new_plan(client, language="zh"))
    async with house.guest(str(made["token"])) as guest:
        view = (await guest.get("/api/candidate/interview")).json()
    assert view["transcription"] == {
        "engine": None,
        "is_fallback": False,
        "available": False,
        "quality": "",
    }


async def test_only_the_right_token_opens_it(house: House) -> None:
    made = await invite(house)
    assert await open_interview(house, str(made["token"])) == (200, "")
    wrong = ("", "x", "招聘", "' OR 1=1 --", str(made["token"])[:-1], str(made["token"]) + "x")
    for token in wrong:
        assert await open_interview(house, token) == (401, "invitation_unknown")
    async with house.client() as client:
        answer = await client.get("/api/candidate/interview")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_revoked_invitation_opens_nothing(house: House) -> None:
    made = await invite(house)
    async with await house.login(Role.REVIEWER) as client:
        url = f"/api/invitations/{made['id']}/revoke"
        first, second = await client.post(url), await client.post(url)
        assert (first.status_code, first.json()["state"]) == (200, "revoked")
        assert second.json() == first.json()
    assert await open_interview(house, str(made["token"])) == (410, "invitation_revoked")
    async with house.guest(str(made["token"])) as guest:
        body = {
            "notice_version": "x",
            "locale": "en",
            "purposes": {"recording": True, "ai_scoring": True, "facial_analysis": False},
        }
        assert (await guest.post("/api/candidate/consent", json=body)).status_code == 410


async def test_an_interview_that_took_place_cannot_be_revoked(house: House) -> None:
    made = await invite(house)
    async with house.database.writing() as db:
        session = await db.get_one(Session, UUID(str(made["session_id"])))
        session.state = SessionState.CLOSED
        db.add(session)
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post(f"/api/invitations/{made['id']}/revoke")
    assert (answer.status_code, answer.json()["code"]) == (409, "session_over")


@pytest.mark.parametrize("state", [SessionState.CONNECTING, SessionState.LIVE])
async def test_nobody_is_cut_off_in_mid_interview(house: House, state: SessionState) -> None:
    made = await invite(house)
    async with house.database.writing() as db:
        session = await db.get_one(Session, UUID(str(made["session_id"])))
        session.state = state
        db.add(session)
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post(f"/api/invitations/{made['id']}/revoke")
    assert (answer.status_code, answer.json()["code"]) == (409, "interview_running")
    assert (await open_interview(house, str(made["token"])))[0] == 200


async def test_an_expired_invitation_opens_nothing_unless_it_had_begun(house: House) -> None:
    made = await invite(house)
    async with house.database.writing() as db:
        invitation = await db.get_one(Invitation, UUID(str(made["id"])))
        invitation.expires_at = utc_now() - timedelta(seconds=1)
        db.add(invitation)
    assert await open_interview(house, str(made["token"])) == (410, "invitation_expired")
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.get("/api/invitations")).json()[0]["state"] == "expired"
    async with house.database.writing() as db:
        session = await db.get_one(Session, UUID(str(made["session_id"])))
        session.started_at = utc_now()
        db.add(session)
    assert (await open_interview(house, str(made["token"])))[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2999-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59-23:59"},
        {"expires_at": "0001-01-01T00:00:00+23:59"},
        {"expires_at": "2027-01-01T00:00:00"},
        {"candidate_name": "nul\x00"},
        {"candidate_name": "x" * 10_000},
        {"candidate_email": "a@b\r\nBcc: c@d"},
        {"locale": "fr"},
        {"plan_id": "1; DROP TABLE plans"},
    ],
)
async def test_bad_invitations_are_refused(house: House, changes: Json) -> None:
    async with await house.login(Role.REVIEWER) as client:
        body = invitation_body(await new_plan(client), **changes)
        answer = await client.post("/api/invitations", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
        assert (await client.get("/api/invitations")).json() == []


async def test_nobody_is_invited_to_an_unknown_plan(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        body = invitation_body({"id": "00000000-0000-7000-8000-000000000000"})
        assert (await client.post("/api/invitations", json=body)).status_code == 404
        url = "/api/invitations/00000000-0000-7000-8000-000000000000/revoke"
        assert (await client.post(url)).status_code == 404


async def test_names_that_look_like_formulas_come_back_unchanged(house: House) -> None:
    name = '=cmd|"/c calc"!A1 <b>\u202e'
    made = await invite(house, candidate_name=name)
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.get("/api/invitations")).json()[0]["candidate_name"] == name
    assert made["candidate_name"] == name


async def test_hr_sees_who_declined_to_be_recorded(house: House) -> None:
    made = await invite(house)
    async with house.guest(str(made["token"])) as guest:
        assert (await give_consent(guest, recording=False)).json()["state"] == "invited"
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.get("/api/invitations")).json()[0]["declined"] is True
