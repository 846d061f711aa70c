"""A person accepts or sets aside what a model proposed; the whole is reckoned again at once."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from service.review.scoring import rate_session
from service.tables import Rating, Role, Verdict, WebhookEvent, new_id
from tests.fakes.rooms import Held, House, Json, held_interview

REASON = "The answer is about another team."


def path(held: Held, number: int = 0) -> str:
    return f"{held.case}/ratings/{held.competency_ids[number]}/verdict"


async def rated(house: House) -> tuple[Held, Rating]:
    """An interview with a model's rating of the first competency; the second has no answer."""
    held = await held_interview(house)
    made = await rate_session(house.database, held.session_id)
    first = next(row for row in made if str(row.competency_id) == held.competency_ids[0])
    assert first.level is not None
    return held, first


def accept(rating: Rating, **changes: object) -> Json:
    return {"kind": "accept", "rating_id": str(rating.id), "replaces": None} | changes


async def test_accepting_and_setting_aside_are_kept_and_reckoned_at_once(house: House) -> None:
    held, rating = await rated(house)
    async with await house.login(Role.REVIEWER, "Wang Fang") as client:
        before = (await client.get(held.case)).json()
        assert [each["state"] for each in before["competencies"]] == ["open", "open"]
        assert before["summary"]["looked_at"] == 0
        first = await client.post(path(held), json=accept(rating))
        assert first.status_code == 201, first.text
        standing = first.json()
        (own, _) = standing["competencies"]
        assert (own["state"], own["verdict"]["by"]) == ("accepted", "Wang Fang")
        assert standing["summary"]["level"] == rating.level
        assert (standing["summary"]["looked_at"], standing["summary"]["total"]) == (1, 2)
        changed = accept(rating, kind="set_aside", reason=REASON, replaces=own["verdict"]["id"])
        second = (await client.post(path(held), json=changed)).json()
        assert second["competencies"][0]["state"] == "set_aside"
        assert (second["summary"]["level"], second["summary"]["counted"]) == (None, 0)
        case = (await client.get(held.case)).json()
        audit = (await client.get(f"{held.case}/audit")).json()
    assert [v["kind"] for v in case["verdicts"]] == ["set_aside", "accept"]
    kept = next(r for r in case["ratings"] if r["id"] == str(rating.id))
    assert kept["level"] == rating.level  # what the model said is still there
    tags = [event["tag"] for event in audit]
    assert tags.index("hr:rating:accept") < tags.index("hr:rating:set_aside")
    assert REASON not in str(audit)


async def test_a_verdict_counts_for_what_was_looked_at_only(house: House) -> None:
    held, rating = await rated(house)
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.post(path(held), json=accept(rating))).status_code == 201
        level = {"level": 2, "reason": "Heard otherwise.", "replaces": str(rating.id)}
        assert (await client.post(held.override(), json=level)).status_code == 201
        case = (await client.get(held.case)).json()
        assert case["competencies"][0]["state"] == "changed"
        assert case["summary"]["level"] == 2.0
        late = await client.post(path(held), json=accept(rating))
    assert (late.status_code, late.json()["code"]) == (409, "rating_stale")


async def refused(client: httpx.AsyncClient, url: str, body: Json) -> tuple[int, str]:
    answer = await client.post(url, json=body)
    return answer.status_code, answer.json()["code"]


async def test_what_cannot_be_accepted_is_refused_with_the_reason(house: House) -> None:
    held, rating = await rated(house)
    async with await house.login(Role.REVIEWER) as client:
        case = (await client.get(held.case)).json()
        empty = case["competencies"][1]
        abstained = {"kind": "accept", "rating_id": empty["rating_id"]}
        assert await refused(client, path(held, 1), abstained) == (409, "nothing_to_accept")
        bare = accept(rating, kind="set_aside", reason="no")
        assert await refused(client, path(held), bare) == (422, "reason_missing")
        other = accept(rating, rating_id=str(new_id()))
        assert await refused(client, path(held), other) == (409, "rating_stale")
        unseen = accept(rating, replaces=str(new_id()))
        assert await refused(client, path(held), unseen) == (409, "rating_stale")
        nowhere = path(held).replace(held.competency_ids[0], str(new_id()))
        assert await refused(client, nowhere, accept(rating)) == (404, "not_found")
        aside = {"kind": "set_aside", "rating_id": empty["rating_id"], "reason": REASON}
        assert (await client.post(path(held, 1), json=aside)).status_code == 201
        level = {"level": 2, "reason": "Heard otherwise.", "replaces": str(rating.id)}
        mine = (await client.post(held.override(), json=level)).json()["id"]
        by_person = {"kind": "accept", "rating_id": mine}
        assert await refused(client, path(held), by_person) == (409, "rated_by_person")


async def test_of_verdicts_at_once_exactly_one_is_kept(house: House) -> None:
    held, rating = await rated(house)
    clients = [await house.login(Role.REVIEWER) for _ in range(4)]
    answers = await asyncio.gather(
        *(
            client.post(path(held), json=accept(rating, kind=kind, reason=REASON))
            for client, kind in zip(clients, ["accept", "set_aside"] * 2, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    async with house.database.reading() as db:
        assert len((await db.exec(select(Verdict))).all()) == 1


async def test_a_verdict_cannot_be_edited(house: House) -> None:
    held, rating = await rated(house)
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.post(path(held), json=accept(rating))).status_code == 201
    with pytest.raises(DBAPIError, match="append-only"):
        async with house.database.writing() as db:
            await (await db.connection()).execute(text("UPDATE verdicts SET kind = 'set_aside'"))


async def test_without_a_webhook_nothing_is_kept_for_it(house: House) -> None:
    held, rating = await rated(house)
    async with await house.login(Role.REVIEWER) as client:
        assert (await client.post(path(held), json=accept(rating))).status_code == 201
    async with house.database.reading() as db:
        assert (await db.exec(select(WebhookEvent))).all() == []


async def test_with_one_every_change_by_a_person_is_kept_without_words(house: House) -> None:
    house.settings.webhook_url = "https://hooks.example.org/candor"
    held, rating = await rated(house)
    async with await house.login(Role.REVIEWER, "Wang Fang") as client:
        assert (await client.post(path(held), json=accept(rating))).status_code == 201
        level = {"level": 2, "reason": REASON, "replaces": str(rating.id)}
        assert (await client.post(held.override(), json=level)).status_code == 201
    async with house.database.reading() as db:
        events = (await db.exec(select(WebhookEvent))).all()
    assert [event.kind for event in events] == ["rating.accepted", "rating.changed"]
    data = events[1].body["data"]
    assert isinstance(data, dict)
    assert (data["from"], data["to"]) == (rating.level, 2)
    assert data["session_id"] == str(held.session_id)
    assert "Wang" not in str(events[1].body)
    assert REASON not in str(events[1].body)
