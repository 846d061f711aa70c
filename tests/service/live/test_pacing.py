"""A live session leads through thinking, answering, resting and trying again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select, update

from service.live.client import CandidateClient
from service.tables import AuditEvent, Question, Take
from tests.fakes.clips import clip
from tests.fakes.live import HouseKeeper, LiveHouse
from tests.fakes.peers import until
from tests.service.live.test_refusals import problem

Json = dict[str, Any]
STAGE = "/api/candidate/stage"


async def paced(live: LiveHouse, **changes: int) -> tuple[str, UUID]:
    """A candidate whose questions are asked at that pace."""
    token, session_id = await live.invite()
    async with live.database.writing() as db:
        await db.exec(update(Question).values(**changes))
    return token, session_id


async def takes(live: LiveHouse, session_id: UUID) -> list[Take]:
    async with live.database.reading() as db:
        statement = select(Take).where(Take.session_id == session_id)
        return list((await db.exec(statement.order_by(col(Take.asked)))).all())


def stages(events: list[Json]) -> list[tuple[str, int, int | None]]:
    return [(e["stage"], e["take"], e["seconds"]) for e in events if e["type"] == "stage"]


async def collect(client: CandidateClient, into: list[Json]) -> None:
    async for event in client.events():
        into.append(event)


async def test_a_candidate_thinks_answers_rests_and_tries_again(
    live: LiveHouse, tmp_path: Path
) -> None:
    token, session_id = await paced(live, think_seconds=40, retakes=1)
    events: list[Json] = []
    talk = clip(tmp_path, [(0.2, 9.0)], seconds=10)
    async with live.candidate(token, talk) as client, live.guest(token) as guest:
        first = (await client.consent())["questions"][0]
        assert (first["think_seconds"], first["retakes"]) == (40, 1)
        reading = asyncio.create_task(collect(client, events))
        await client.connect()
        await until(lambda: stages(events) == [("think", 1, 40)])

        async def wish(what: str) -> Json:
            answer = await guest.post(STAGE, json={"question_id": first["id"], "wish": what})
            assert answer.status_code == 200, answer.text
            found: Json = answer.json()
            return found

        assert (await wish("done"))["stage"] == "think"  # nothing was answered yet
        assert (await wish("answer"))["stage"] == "answer"
        assert (await wish("answer"))["stage"] == "answer"
        again = {"question_id": first["id"], "wish": "again"}
        assert problem(await guest.post(STAGE, json=again)) == (409, "no_retakes")
        assert await wish("done") == {
            "question_id": first["id"],
            "stage": "rest",
            "take": 1,
            "takes": 2,
            "seconds": None,
        }
        assert (await wish("again"))["take"] == 2
        assert (await wish("again"))["take"] == 2  # a repeat
        await wish("answer")
        await wish("done")
        assert problem(await guest.post(STAGE, json=again)) == (409, "no_retakes")
        await client.advance(first["id"])
        stale = await guest.post(STAGE, json={"question_id": first["id"], "wish": "answer"})
        assert problem(stale) == (409, "question_mismatch")
        await until(lambda: stages(events)[-1] == ("think", 1, 40))
        await client.finish()
        await asyncio.wait_for(reading, 10)
    rows = await takes(live, session_id)
    assert [(row.number, row.began is not None, row.ended is not None) for row in rows] == [
        (1, True, True),
        (2, True, True),
        (1, False, True),
    ]
    for row in rows:
        assert row.asked <= (row.began or row.asked) <= (row.ended or 0)
    async with live.database.reading() as db:
        tags = await db.exec(select(AuditEvent.tag).where(AuditEvent.session_id == session_id))
        assert list(tags).count("candidate:question:retake") == 1


async def test_the_servers_clock_ends_a_stage(live: LiveHouse, tmp_path: Path) -> None:
    token, session_id = await paced(live, think_seconds=1)
    events: list[Json] = []
    talk = clip(tmp_path, [(0.2, 5.0)], seconds=6)
    async with live.candidate(token, talk) as client:
        await client.consent()
        reading = asyncio.create_task(collect(client, events))
        await client.connect()
        await until(lambda: stages(events) == [("think", 1, 1), ("answer", 1, 60)])
        await client.finish()
        await asyncio.wait_for(reading, 10)
    (row,) = await takes(live, session_id)
    assert row.began is not None
    assert row.began - row.asked >= 1.0


async def test_the_stage_that_stood_stands_again_after_a_restart(
    keeper: HouseKeeper, tmp_path: Path
) -> None:
    talk = clip(tmp_path, [(0.2, 3.0)], seconds=4)
    async with keeper.open() as live:
        token, _ = await paced(live, think_seconds=300)
        async with live.candidate(token, talk) as client, live.guest(token) as guest:
            first = (await client.consent())["questions"][0]["id"]
            await client.connect()
            session = next(iter(live.room.sessions.values()))
            await until(lambda: session.pacer.standing)
            done = await guest.post(STAGE, json={"question_id": first, "wish": "answer"})
            assert done.json()["stage"] == "answer"
    async with keeper.open() as live:
        events: list[Json] = []
        async with live.candidate(token, talk) as client:
            reading = asyncio.create_task(collect(client, events))
            await client.connect()
            await until(lambda: stages(events))
            reading.cancel()
        assert stages(events)[0] == ("answer", 1, 60)
