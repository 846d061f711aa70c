"""What the live room refuses, and that each refusal is the right problem document."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from service.live.client import ClientError
from service.settings import Settings
from service.tables import Invitation, Role, Session, SessionState, utc_now
from tests.fakes.clips import clip
from tests.fakes.live import LiveHouse
from tests.fakes.peers import until
from tests.service.live.test_signalling import an_offer

SDP = {"Content-Type": "application/sdp"}
FRAGMENT = {"Content-Type": "application/trickle-ice-sdpfrag"}
WHIP = "/api/candidate/whip"


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["code"]


async def agreed(live: LiveHouse, tmp_path: Path) -> tuple[httpx.AsyncClient, UUID]:
    """A candidate who has agreed to everything."""
    token, session_id = await live.invite()
    async with live.candidate(token, clip(tmp_path, [], seconds=0.1)) as client:
        await client.consent()
    return live.guest(token), session_id


async def test_an_offer_needs_a_known_token(live: LiveHouse) -> None:
    offer = await an_offer()
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eA=="}):
        async with live.house.client(headers) as nobody:
            answer = await nobody.post(WHIP, content=offer, headers=SDP)
            assert problem(answer) == (401, "invitation_unknown")


async def test_an_offer_needs_consent(live: LiveHouse) -> None:
    token, session_id = await live.invite()
    async with live.guest(token) as guest:
        answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
    assert problem(answer) == (403, "consent_missing")
    async with live.database.reading() as db:
        assert (await db.get_one(Session, session_id)).state == SessionState.INVITED
    assert not live.room.sessions


async def test_refused_recording_lets_no_media_in(live: LiveHouse) -> None:
    token, _ = await live.invite()
    async with live.guest(token) as guest:
        view = (await guest.get("/api/candidate/interview")).json()
        body = {
            "notice_version": view["notice"]["version"],
            "locale": "en",
            "purposes": {"recording": False, "ai_scoring": False, "facial_analysis": False},
        }
        assert (await guest.post("/api/candidate/consent", json=body)).status_code == 200
        answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
    assert problem(answer) == (403, "recording_refused")


async def test_an_expired_invitation_is_gone(live: LiveHouse, tmp_path: Path) -> None:
    guest, session_id = await agreed(live, tmp_path)
    async with live.database.writing() as db:
        session = await db.get_one(Session, session_id)
        invitation = await db.get_one(Invitation, session.invitation_id)
        invitation.expires_at = utc_now() - timedelta(seconds=1)
        db.add(invitation)
    async with guest:
        answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
    assert problem(answer) == (410, "invitation_expired")


async def test_bad_offers_are_refused_and_leave_the_place_free(
    live: LiveHouse, tmp_path: Path
) -> None:
    guest, session_id = await agreed(live, tmp_path)
    offer = await an_offer()
    async with guest:
        for content, expected in [
            (b"junk", (400, "sdp_malformed")),
            (b"x" * (1 << 20), (413, "sdp_too_large")),
            (offer.replace("VP8/90000", "VP9/90000").replace("H264/90000", "AV1/90000").encode(),
             (422, "sdp_unsupported")),
        ]:  # fmt: skip
            answer = await guest.post(WHIP, content=content, headers=SDP)
            assert problem(answer) == expected
        answer = await guest.post(WHIP, content=offer, headers={"Content-Type": "text/plain"})
        assert problem(answer) == (415, "wrong_content_type")
    await until(lambda: not live.room.sessions)
    async with live.database.reading() as db:
        assert (await db.get_one(Session, session_id)).state == SessionState.CONSENTED


async def test_unknown_connections_are_not_found(live: LiveHouse, tmp_path: Path) -> None:
    guest, _ = await agreed(live, tmp_path)
    path = f"{WHIP}/{uuid4()}"
    async with guest:
        assert problem(await guest.patch(path, content=b"", headers=FRAGMENT)) == (404, "not_found")
        assert problem(await guest.delete(path)) == (404, "not_found")
        assert problem(await guest.patch(f"{WHIP}/x", content=b"", headers=FRAGMENT))[0] == 422


async def test_another_candidates_connection_is_not_found(live: LiveHouse, tmp_path: Path) -> None:
    stranger, _ = await agreed(live, tmp_path)
    token, session_id = await live.invite()
    async with live.candidate(token, clip(tmp_path, [], seconds=0.5)) as client, stranger:
        await client.consent()
        path = f"{WHIP}/{await client.connect()}"
        assert problem(await stranger.delete(path)) == (404, "not_found")
        answer = await stranger.patch(path, content=b"", headers=FRAGMENT)
        assert problem(answer) == (404, "not_found")
        own = live.guest(token)
        body = b"a=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n"
        assert (await own.patch(path, content=body, headers=FRAGMENT)).status_code == 204
        answer = await own.patch(path, content=b"a=ice-ufrag:other\r\n", headers=FRAGMENT)
        assert problem(answer) == (422, "sdp_unsupported")
        answer = await own.patch(path, content=b"junk", headers=FRAGMENT)
        assert problem(answer) == (400, "sdp_malformed")
        await own.aclose()
        await client.finish()
    await until(lambda: session_id in live.closed)


async def test_beyond_the_limit_candidates_are_asked_to_wait(
    live: LiveHouse, tmp_path: Path
) -> None:
    clients = []
    quiet = clip(tmp_path, [], seconds=0.2)
    for _ in range(live.house.settings.session_limit):
        client = live.candidate((await live.invite())[0], quiet)
        await client.consent()
        await client.connect()
        clients.append(client)
    guest, _ = await agreed(live, tmp_path)
    async with guest:
        answer = await guest.post(WHIP, content=await an_offer(), headers=SDP)
        assert problem(answer) == (503, "at_capacity")
        assert int(answer.headers["Retry-After"]) > 0
    await clients[0].connect()  # who is in keeps the place
    for client in clients:
        await client.finish()
        await client.__aexit__(None, None, None)
    await until(lambda: len(live.closed) == len(clients))


async def test_questions_can_only_be_left_in_order(live: LiveHouse, tmp_path: Path) -> None:
    token, _ = await live.invite()
    async with live.candidate(token, clip(tmp_path, [], seconds=0.2)) as client:
        view = await client.consent()
        first, second = (question["id"] for question in view["questions"])
        with pytest.raises(ClientError, match="409 question_mismatch"):
            await client.advance(first)
        with pytest.raises(ClientError, match="409 session_over"):
            await client.finish()
        await client.connect()
        await until(lambda: all(one.begun for one in live.room.sessions.values()))
        await asyncio.sleep(0.2)
        for wrong in (second, str(uuid4())):
            with pytest.raises(ClientError, match="409 question_mismatch"):
                await client.advance(wrong)
        await client.advance(first)
        await client.advance(second)
        with pytest.raises(ClientError, match="409 question_mismatch"):
            await client.advance(first)
        assert (await client.advance(second))["finished"] is True
        await client.finish()
        with pytest.raises(ClientError, match="409 session_over"):
            await client.advance(second)
    await until(lambda: live.closed)


async def test_events_are_for_those_logged_in(live: LiveHouse) -> None:
    _, session_id = await live.invite()
    async with live.house.client() as nobody:
        for path in ("/api/live", f"/api/live/{session_id}/events"):
            assert problem(await nobody.get(path)) == (401, "unauthorized")
        schema = (await nobody.get("/api/events.schema.json")).json()
    assert schema["discriminator"]["propertyName"] == "type"
    hr = await live.house.login(Role.AUDITOR)
    assert problem(await hr.get(f"/api/live/{uuid4()}/events")) == (404, "not_found")
    await hr.aclose()


async def test_turn_credentials_are_made_for_each_candidate(
    live: LiveHouse, tmp_path: Path
) -> None:
    settings: Settings = live.house.settings
    settings.stun_urls = ["stun:stun.example.org:3478"]
    settings.turn_urls = ["turn:turn.example.org:3478?transport=udp"]
    settings.turn_secret = type(settings.turn_secret)("shared")
    guest, session_id = await agreed(live, tmp_path)
    async with guest:
        found = (await guest.get("/api/candidate/ice")).json()
    settings.stun_urls = []
    assert found["expires_at"]
    stun, turn = found["ice_servers"]
    assert stun["urls"] == ["stun:stun.example.org:3478"]
    assert turn["username"].endswith(f":{session_id}")
