"""A second opinion stands beside the rating in force and never in its place."""

from __future__ import annotations

import asyncio
import json

from sqlmodel import col, select

from service.llm.breaker import Breaker
from service.llm.client import Client, Endpoint
from service.llm.opinion import Asker
from service.review.scoring import rate_session
from service.review.second import Opinions, asker, give
from service.settings import Settings
from service.tables import AuditEvent, Consent, Rating, Role
from tests.fakes.llm import Answer, Llm, llm, rated
from tests.fakes.rooms import Held, House, held_interview

TRUE = "we agreed to compare two plans"


def asking(server: Llm) -> Asker:
    return Asker(Client(Endpoint(server.url, "tiny", seconds=3.0)), Breaker(), 3)


async def rated_interview(house: House) -> Held:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    return held


async def opinions(house: House) -> list[Rating]:
    async with house.database.reading() as db:
        statement = select(Rating).where(col(Rating.rater_version).startswith("llm:"))
        return list((await db.exec(statement)).all())


async def events(house: House, tag: str) -> list[AuditEvent]:
    async with house.database.reading() as db:
        return list((await db.exec(select(AuditEvent).where(AuditEvent.tag == tag))).all())


async def test_it_is_stored_beside_with_its_own_name_and_shown(house: House) -> None:
    held = await rated_interview(house)
    async with llm(rated(4, TRUE, "I did it all alone", reason="Compared plans.")) as server:
        (added,) = await give(house.database, held.session_id, asking(server))
    assert (added.rater_version, added.is_current, added.level) == ("llm:tiny@1", False, 4)
    async with await house.login(Role.REVIEWER) as client:
        case = (await client.get(held.case)).json()
    current = {rating["competency_id"]: rating for rating in case["ratings"]}
    assert current[held.competency_ids[0]]["rater_name"] == "candor-content"
    (beside,) = case["history"]
    assert (beside["rater_name"], beside["rater_version"]) == ("llm:tiny", "1")
    assert [one["quote"] for one in beside["evidence"]] == [TRUE]
    opinion = beside["detail"]["opinion"]
    assert [run["level"] for run in opinion["runs"]] == [4, 4, 4]
    assert opinion["runs"][0]["reason"] == "Compared plans."
    assert opinion["invented"] == 3
    (event,) = await events(house, "model:opinion:create")
    assert event.actor == "model:llm:tiny@1"
    assert TRUE not in json.dumps(event.detail)


async def test_more_than_a_level_apart_asks_for_a_person_first(house: House) -> None:
    held = await rated_interview(house)
    async with house.database.reading() as db:
        scored = (await db.exec(select(Rating).where(col(Rating.level).is_not(None)))).one().level
    assert scored is not None
    other = 1 if scored >= 3 else 5
    async with llm(rated(other, TRUE)) as server:
        (added,) = await give(house.database, held.session_id, asking(server))
    assert added.detail["opinion"]["doubt"] == "models_differ"  # type: ignore[index]
    async with await house.login(Role.REVIEWER) as client:
        case = (await client.get(held.case)).json()
    assert "person_first" in case["notes"]


async def test_the_same_words_are_not_asked_about_twice(house: House) -> None:
    held = await rated_interview(house)
    async with llm(rated(4, TRUE)) as server:
        await give(house.database, held.session_id, asking(server))
        assert await give(house.database, held.session_id, asking(server)) == []
        assert len(server.requests) == 3
    assert await rate_session(house.database, held.session_id) == []


async def test_a_dead_endpoint_leaves_the_score_and_a_line_on_record(house: House) -> None:
    held = await rated_interview(house)
    async with llm(Answer(b"", 500)) as server:
        assert await give(house.database, held.session_id, asking(server)) == []
    assert await opinions(house) == []
    (event,) = await events(house, "model:opinion:miss")
    assert event.detail == {"competency_ids": [held.competency_ids[0]]}
    async with await house.login(Role.REVIEWER) as client:
        case = (await client.get(held.case)).json()
    assert len(case["ratings"]) == 2


async def test_neither_name_nor_address_of_the_candidate_is_sent(house: House) -> None:
    held = await rated_interview(house)
    async with llm(rated(4, TRUE)) as server:
        await give(house.database, held.session_id, asking(server))
    sent = json.dumps(server.requests)
    assert "Li Na" not in sent
    assert "li.na@" not in sent


async def test_nothing_is_sent_without_consent(house: House) -> None:
    held = await rated_interview(house)
    async with house.database.writing() as db:
        statement = select(Consent).where(Consent.invitation_id == held.invitation_id)
        row = (await db.exec(statement)).one()
        row.ai_scoring = False
        db.add(row)
    async with llm(rated(4, TRUE)) as server:
        assert await give(house.database, held.session_id, asking(server)) == []
        assert server.requests == []


async def test_an_opinion_on_words_that_were_never_scored_is_not_kept(house: House) -> None:
    held = await held_interview(house)
    async with llm(rated(4, TRUE)) as server:
        assert await give(house.database, held.session_id, asking(server)) == []


async def test_sessions_are_worked_off_one_after_the_other(house: House) -> None:
    held = await rated_interview(house)
    done = asyncio.Event()

    def answer(_: dict[str, object], number: int) -> Answer:
        if number == 2:
            done.set()
        return rated(4, TRUE)

    async with llm(answer) as server:
        queue = Opinions(house.database, asking(server))
        queue.add(held.invitation_id)  # no such session: the next one must not suffer
        queue.add(held.session_id)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(queue.run())
            await done.wait()
            while not await opinions(house):  # noqa: ASYNC110 - rows have no event
                await asyncio.sleep(0.01)
            running.cancel()


def test_nobody_is_asked_unless_an_endpoint_is_set() -> None:
    assert asker(Settings(_env_file=None)) is None
    found = asker(Settings(_env_file=None, llm_url="http://127.0.0.1:1/v1", llm_model="m"))
    assert found is not None
    assert found.runs == 3
