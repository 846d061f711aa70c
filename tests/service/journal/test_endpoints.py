"""The journal over HTTP: numbered, checksummed, once each, for gaps, by their candidate alone."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import select

from service.blobs import Blobs
from service.db import Database
from service.journal import endpoints, service
from service.journal.host import Standing
from service.journal.service import Allowance, Journal, content_digest
from service.tables import JournalChunk, Role, Session, utc_now
from tests.fakes.rooms import (
    House,
    give_consent,
    held_interview,
    new_invitation,
    new_plan,
    rooms_app,
    rooms_settings,
)

BODY = b"a second of sound"
RUN = uuid4()


@dataclass
class FakeHost:
    """Says what a test tells it to."""

    standing_now: Standing = field(
        default_factory=lambda: Standing(30.0, 28.0, ((0.0, 10.0), (14.0, 28.0)))
    )
    filled: list[UUID] = field(default_factory=list)

    async def standing(self, session_id: UUID) -> Standing:
        return self.standing_now

    def fill(self, session_id: UUID) -> None:
        self.filled.append(session_id)


@dataclass
class Desk:
    """A candidate with the journal before them."""

    house: House
    host: FakeHost
    guest: httpx.AsyncClient
    now: list[float]

    async def put(self, number: int = 3, **change: object) -> httpx.Response:
        body = change.pop("body", BODY)
        assert isinstance(body, bytes)
        digest = change.pop("digest", content_digest(hashlib.sha256(body).hexdigest()))
        place = {"origin": 8.0, "start": 8.0 + number, "end": 9.0 + number} | change
        return await self.guest.put(
            f"/api/candidate/journal/{RUN}/audio/{number}",
            params=place,  # type: ignore[arg-type]
            content=body,
            headers={"Content-Digest": str(digest)} if digest else {},
        )


@pytest.fixture
async def desk(tmp_path: Path, database: Database) -> AsyncIterator[Desk]:
    settings, blobs = rooms_settings(tmp_path, "CN"), Blobs("memory:///")
    house = House(rooms_app(settings, database, blobs), database, blobs, settings)
    host, now = FakeHost(), [0.0]
    house.app.include_router(endpoints.router)
    house.app.state.journal = Journal(settings, database, blobs, host, Allowance(lambda: now[0]))
    async with await house.login(Role.HR_LEAD) as hr:
        invitation = await new_invitation(hr, await new_plan(hr, jurisdiction="CN"))
    async with house.guest(str(invitation["token"])) as guest:
        await give_consent(guest)
        yield Desk(house, host, guest, now)


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def test_what_is_wanted_is_what_the_recording_misses(desk: Desk) -> None:
    view = (await desk.guest.get("/api/candidate/journal")).json()
    assert view["wanted"] == [{"start": 10.0, "end": 14.0}]
    assert (view["safe_until"], view["held"], view["filling"]) == (28.0, [], False)


async def test_a_chunk_is_kept_once_and_told_of(desk: Desk) -> None:
    assert (await desk.put()).status_code == 204
    assert (await desk.put()).status_code == 204  # a repeat changes nothing
    path = f"/api/candidate/journal/{RUN}/audio/3"
    found = await desk.guest.head(path)
    assert found.headers["content-digest"].startswith("sha-256=:")
    assert (await desk.guest.head(path[:-1] + "4")).status_code == 404
    view = (await desk.guest.get("/api/candidate/journal")).json()
    assert view["held"] == [{"run": str(RUN), "lane": "audio", "numbers": [3]}]
    async with desk.house.database.reading() as db:
        (row,) = (await db.exec(select(JournalChunk))).all()
    assert await desk.house.blobs.get(row.blob_key) == BODY
    assert (row.start, row.origin, row.size) == (11.0, 8.0, len(BODY))


async def test_other_bytes_under_a_number_are_a_conflict(desk: Desk) -> None:
    await desk.put()
    assert code(await desk.put(body=b"other")) == (409, "journal_conflict")


async def test_a_chunk_is_what_its_digest_says(desk: Desk) -> None:
    other = content_digest(hashlib.sha256(b"other").hexdigest())
    assert code(await desk.put(digest=other)) == (422, "journal_digest_mismatch")
    assert code(await desk.put(digest="")) == (422, "journal_digest_missing")
    assert code(await desk.put(digest="md5=:AAAA:")) == (422, "journal_digest_missing")


async def test_only_what_a_gap_wants_is_taken_and_heads(desk: Desk) -> None:
    assert code(await desk.put(number=30)) == (409, "journal_not_needed")
    assert (await desk.put(number=0, start=-50.0, end=-49.0)).status_code == 204
    desk.host.standing_now = Standing(30.0, 28.0, ((0.0, 28.0),))
    assert code(await desk.put(number=3)) == (409, "journal_not_needed")
    assert code(await desk.put(number=0, body=b"new")) == (409, "journal_conflict")


async def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    assert code(await desk.put(end=1.0)) == (422, "journal_place_invalid")
    assert (await desk.put(origin="nan")).status_code == 422
    assert (await desk.put(start=1e9)).status_code == 422
    wrong = await desk.guest.put(f"/api/candidate/journal/{RUN}/smell/1?origin=0&start=0&end=1")
    assert wrong.status_code == 422


async def test_size_and_pace_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(await desk.put(body=bytes(service.CHUNK_BYTES + 1))) == (413, "journal_too_large")
    large = bytes(service.CHUNK_BYTES)
    for number in range(2, 2 + service.BURST // service.CHUNK_BYTES):
        assert (await desk.put(number, body=large, start=11.0, end=12.0)).status_code == 204
    refused = await desk.put(99, body=large, start=11.0, end=12.0)
    assert code(refused) == (429, "journal_too_fast")
    desk.now[0] += float(refused.headers["retry-after"])
    assert (await desk.put(99, body=large, start=11.0, end=12.0)).status_code == 204
    monkeypatch.setattr(service, "SESSION_BYTES", 9 << 20)
    desk.now[0] += 100
    assert code(await desk.put(100, start=11.0, end=12.0)) == (413, "journal_full")


async def test_without_consent_to_recording_nothing_is_taken(desk: Desk) -> None:
    await give_consent(desk.guest, recording=False)
    assert code(await desk.put()) == (403, "recording_refused")
    assert code(await desk.guest.get("/api/candidate/journal")) == (403, "recording_refused")


async def test_nobody_else_may_see_or_add_anything(desk: Desk) -> None:
    async with desk.house.guest("not a token") as stranger:
        assert code(await stranger.get("/api/candidate/journal")) == (401, "invitation_unknown")
        url = f"/api/candidate/journal/{RUN}/audio/3?origin=0&start=11&end=12"
        assert (await stranger.put(url, content=BODY)).status_code == 401


async def test_to_fill_is_asked_of_the_live_room(desk: Desk) -> None:
    assert (await desk.guest.post("/api/candidate/journal/fill")).status_code == 202
    assert len(desk.host.filled) == 1


async def test_long_after_its_end_an_interview_takes_nothing(desk: Desk) -> None:
    held = await held_interview(desk.house, jurisdiction="CN")
    async with desk.house.database.writing() as db:
        session = await db.get_one(Session, held.session_id)
        session.ended_at = utc_now() - timedelta(hours=71)
        db.add(session)
    async with desk.house.guest(held.token) as guest:
        desk.guest = guest
        assert (await desk.put()).status_code == 204
        async with desk.house.database.writing() as db:
            session = await db.get_one(Session, held.session_id)
            session.ended_at = utc_now() - timedelta(hours=73)
            db.add(session)
        assert code(await desk.put(4)) == (409, "session_over")
