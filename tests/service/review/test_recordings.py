"""Recordings over HTTP: whole, by ranges, and on record."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
from sqlmodel import select

from service.errors import ServiceError
from service.review.media import parse_range
from service.tables import AuditEvent, Recording, RecordingState, Role
from tests.fakes.rooms import Held, House, held_interview

WHOLE = bytes(range(256)) * 40


async def url_of(house: House, held: Held) -> str:
    async with await house.login(Role.REVIEWER) as client:
        return str((await client.get(held.case)).json()["recordings"][0]["url"])


async def viewings(house: House) -> int:
    async with house.database.reading() as db:
        statement = select(AuditEvent).where(AuditEvent.tag == "hr:recording:view")
        return len((await db.exec(statement)).all())


async def get(client: httpx.AsyncClient, url: str, **headers: str) -> httpx.Response:
    return await client.get(url, headers={key.replace("_", "-"): v for key, v in headers.items()})


async def test_the_whole_recording_comes_without_a_range(house: House) -> None:
    held = await held_interview(house)
    url = await url_of(house, held)
    async with await house.login(Role.AUDITOR) as client:
        answer = await get(client, url)
    assert (answer.status_code, answer.content) == (200, WHOLE)
    assert answer.headers["content-type"] == "video/webm"
    assert answer.headers["content-length"] == "10240"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, 10240),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=10000-99999", 10000, 10240),
        ("bytes=-40", 10200, 10240),
        ("bytes=-99999", 0, 10240),
    ],
)
async def test_a_range_brings_that_part(house: House, asked: str, start: int, end: int) -> None:
    held = await held_interview(house)
    url = await url_of(house, held)
    async with await house.login(Role.REVIEWER) as client:
        answer = await get(client, url, Range=asked)
    assert (answer.status_code, answer.content) == (206, WHOLE[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/10240"
    assert answer.headers["content-length"] == str(end - start)


async def test_a_range_outside_the_file_is_refused(house: House) -> None:
    held = await held_interview(house)
    url = await url_of(house, held)
    async with await house.login(Role.REVIEWER) as client:
        for asked in ("bytes=10240-", "bytes=99999-100000", "bytes=-0"):
            answer = await get(client, url, Range=asked)
            assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
            assert answer.headers["content-range"] == "bytes */10240"


@pytest.mark.parametrize(
    "asked", ["", "bytes", "bytes=", "bytes=a-b", "bytes=5-1", "items=0-1", "bytes=0-1,5-6", "٣"]
)
def test_what_is_no_single_range_means_the_whole_file(asked: str) -> None:
    span = parse_range(asked, 100)
    assert (span.start, span.end, span.is_partial) == (0, 100, False)


def test_an_empty_file_has_no_ranges() -> None:
    with pytest.raises(ServiceError, match="range_not_satisfiable"):
        parse_range("bytes=0-", 0)


async def test_if_range_guards_against_another_file(house: House) -> None:
    held = await held_interview(house)
    url = await url_of(house, held)
    async with await house.login(Role.REVIEWER) as client:
        etag = (await get(client, url)).headers["etag"]
        same = await get(client, url, Range="bytes=5-9", If_Range=etag)
        other = await get(client, url, Range="bytes=5-9", If_Range='"other"')
    assert (same.status_code, same.content) == (206, WHOLE[5:10])
    assert (other.status_code, other.content) == (200, WHOLE)


async def test_a_viewing_goes_on_record_once_and_cannot_be_dodged(house: House) -> None:
    held = await held_interview(house)
    url = await url_of(house, held)
    async with await house.login(Role.REVIEWER) as client:
        await get(client, url, Range="bytes=0-")
        await get(client, url, Range="bytes=500-")
        await get(client, url, Range="bytes=9000-9999")
        assert await viewings(house) == 1
        await get(client, url)
        assert await viewings(house) == 2
    async with await house.login(Role.REVIEWER) as dodger:
        await get(dodger, url, Range="bytes=1-")
        await get(dodger, url, Range="bytes=5000-")
    assert await viewings(house) == 3


async def test_only_finished_recordings_of_that_case_are_sent(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    url = await url_of(house, held)
    recording_id = url.rsplit("/", 1)[1]
    async with await house.login(Role.REVIEWER) as client:
        for wrong in (
            f"{other.case}/recordings/{recording_id}",
            f"{held.case}/recordings/{uuid4()}",
        ):
            assert (await client.get(wrong)).status_code == 404
        async with house.database.writing() as db:
            row = (
                await db.exec(select(Recording).where(Recording.session_id == held.session_id))
            ).one()
            row.state = RecordingState.OPEN
            db.add(row)
        assert (await client.get(url)).status_code == 404
    assert await viewings(house) == 0


async def test_a_recording_whose_file_is_gone_is_not_found(house: House) -> None:
    held = await held_interview(house)
    url = await url_of(house, held)
    await house.blobs.delete(f"recordings/{held.session_id}.webm")
    async with await house.login(Role.REVIEWER) as client:
        answer = await get(client, url)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
