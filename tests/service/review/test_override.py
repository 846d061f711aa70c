"""Overrides: one stands, nothing is edited, and the record shows it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, select

from service.audit import verify
from service.review.scoring import rate_session
from service.tables import AuditEvent, RaterKind, Rating, Role, new_id
from tests.fakes.rooms import House, Json, held_interview

REASON = "The recording shows more than the transcript does."


def body(replaces: object, **changes: object) -> Json:
    return {"level": 4, "reason": REASON, "evidence": [], "replaces": replaces} | changes


async def ratings(house: House) -> list[Rating]:
    async with house.database.reading() as db:
        return list((await db.exec(select(Rating).order_by(col(Rating.created_at)))).all())


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_person_overrides_the_model_and_both_stay(house: House) -> None:
    held = await held_interview(house)
    made = await rate_session(house.database, held.session_id)
    model = next(row for row in made if str(row.competency_id) == held.competency_ids[0])
    async with await house.login(Role.REVIEWER, "Wang Fang") as client:
        wanted = body(str(model.id), evidence=[str(held.utterance_id)])
        answer = await client.post(held.override(), json=wanted)
        case = (await client.get(held.case)).json()
        audit = (await client.get(f"{held.case}/audit")).json()
    assert answer.status_code == 201, answer.text
    rating = answer.json()
    assert (rating["level"], rating["rater"], rating["rater_name"]) == (4, "human", "Wang Fang")
    assert (rating["reason"], rating["is_current"]) == (REASON, True)
    assert rating["evidence"][0]["utterance_id"] == str(held.utterance_id)
    assert rating["evidence"][0]["quote"].startswith("We disagreed in the team")
    assert rating in case["ratings"]
    (old,) = case["history"]
    assert (old["id"], old["level"], old["is_current"]) == (str(model.id), model.level, False)
    event = next(event for event in audit if event["tag"] == "hr:rating:override")
    assert event["detail"]["replaces"] == str(model.id)
    assert (event["detail"]["from"], event["detail"]["to"]) == (model.level, 4)
    assert REASON not in str(audit)


async def test_two_overrides_at_once_leave_exactly_one_in_force(house: House) -> None:
    held = await held_interview(house)
    made = await rate_session(house.database, held.session_id)
    model = next(row for row in made if str(row.competency_id) == held.competency_ids[0])
    clients = [await house.login(Role.REVIEWER) for _ in range(4)]
    answers = await asyncio.gather(
        *(
            client.post(held.override(), json=body(str(model.id), level=level))
            for level, client in enumerate(clients, start=1)
        )
    )
    codes = sorted(code_of(answer) for answer in answers)
    assert codes == [(201, ""), *[(409, "rating_stale")] * 3]
    winner = next(answer.json() for answer in answers if answer.status_code == 201)
    own = [row for row in await ratings(house) if row.competency_id == model.competency_id]
    assert [str(row.id) for row in own if row.is_current] == [winner["id"]]
    assert len(own) == 2
    async with house.database.reading() as db:
        report = await verify(db)
        overrides = select(AuditEvent).where(AuditEvent.tag == "hr:rating:override")
        assert len((await db.exec(overrides)).all()) == 1
    assert report.ok


async def test_two_first_ratings_at_once_leave_exactly_one(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    clients = [await house.login(Role.ADMIN) for _ in range(2)]
    answers = await asyncio.gather(
        *(client.post(held.override(1), json=body(None)) for client in clients)
    )
    assert sorted(map(code_of, answers)) == [(201, ""), (409, "rating_stale")]
    (only,) = await ratings(house)
    assert (only.is_current, only.rater, only.supersedes_id) == (True, RaterKind.HUMAN, None)


async def test_one_may_override_an_override_but_only_the_one_in_force(house: House) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.REVIEWER) as client:
        first = (await client.post(held.override(), json=body(None))).json()
        for stale in (None, str(uuid4())):
            answer = await client.post(held.override(), json=body(stale))
            assert code_of(answer) == (409, "rating_stale")
        second = await client.post(held.override(), json=body(first["id"], level=2))
        assert second.status_code == 201
        again = await client.post(held.override(), json=body(first["id"], level=5))
        assert code_of(again) == (409, "rating_stale")
    assert [(row.level, row.is_current) for row in await ratings(house)] == [(4, False), (2, True)]


@pytest.mark.parametrize("reason", ["", "    ", "ok", "\u3000\u3000\u3000\u3000\u3000", None])
async def test_a_rating_needs_a_reason(house: House, reason: str | None) -> None:
    held = await held_interview(house, ai_scoring=False)
    wanted = body(None, reason=reason)
    if reason is None:
        del wanted["reason"]
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post(held.override(), json=wanted)
    assert code_of(answer) == (422, "reason_missing")
    assert await ratings(house) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"level": 0},
        {"level": 6},
        {"level": 2.5},
        {"level": "4"},
        {"level": True},
        {"level": None},
        {"reason": "nul\x00 in a reason"},
        {"reason": "x" * 10_000},
        {"evidence": ["not an id"]},
        {"evidence": [str(new_id())] * 51},
        {"replaces": "1 OR 1=1"},
    ],
)
async def test_bad_overrides_change_nothing(house: House, changes: Json) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post(held.override(), json=body(None) | changes)
    assert code_of(answer) == (422, "invalid_body")
    assert await ratings(house) == []


@pytest.mark.parametrize(
    "reason",
    [
        "'); DELETE FROM ratings; --",
        "<img src=x onerror=alert(1)>",
        "=1+1 @SUM(A1)",
        "\u202eright to left",
        "回答很具体。",
    ],
)
async def test_hostile_reasons_are_kept_letter_for_letter(house: House, reason: str) -> None:
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post(held.override(), json=body(None, reason=reason))
        assert answer.json()["reason"] == reason
        assert (await client.get(held.case)).json()["ratings"][0]["reason"] == reason


async def test_evidence_must_have_been_said_in_this_interview(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    async with await house.login(Role.REVIEWER) as client:
        for evidence in ([str(other.utterance_id)], [str(held.utterance_id), str(uuid4())]):
            answer = await client.post(held.override(), json=body(None, evidence=evidence))
            assert code_of(answer) == (422, "evidence_unknown")
    assert await ratings(house) == []


async def test_only_what_the_plan_rates_can_be_rated(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    async with await house.login(Role.REVIEWER) as client:
        foreign = f"{held.case}/ratings/{other.competency_ids[0]}/override"
        assert code_of(await client.post(foreign, json=body(None))) == (404, "not_found")
        unknown = f"/api/review/cases/{uuid4()}/ratings/{held.competency_ids[0]}/override"
        assert code_of(await client.post(unknown, json=body(None))) == (404, "not_found")


async def test_an_auditor_reads_but_cannot_override(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.AUDITOR) as client:
        assert (await client.get(held.case)).status_code == 200
        answer = await client.post(held.override(), json=body(None))
    assert code_of(answer) == (403, "forbidden")
    assert await ratings(house) == []


async def test_a_stored_rating_cannot_be_edited_nor_doubled(house: House) -> None:
    held = await held_interview(house)
    (first, *_) = await rate_session(house.database, held.session_id)
    for column in ("level = 5", "score = 5.0", "reason = 'better'"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with house.database.writing() as db:
                await (await db.connection()).execute(text(f"UPDATE ratings SET {column}"))  # noqa: S608
    with pytest.raises(IntegrityError):
        async with house.database.writing() as db:
            db.add(
                Rating(
                    session_id=first.session_id,
                    competency_id=first.competency_id,
                    rater=RaterKind.MODEL,
                    level=1,
                )
            )


async def test_a_failed_override_leaves_the_rating_in_force(house: House) -> None:
    """The rating is retired only together with the one that takes its place."""
    held = await held_interview(house, ai_scoring=False)
    async with await house.login(Role.REVIEWER) as client:
        first = (await client.post(held.override(), json=body(None))).json()
        async with house.database.writing() as db:
            connection = await db.connection()
            await connection.execute(text("ALTER TABLE audit_events RENAME TO elsewhere"))
        answer = await client.post(held.override(), json=body(first["id"], level=1))
        assert answer.status_code == 500
    assert [(row.level, row.is_current) for row in await ratings(house)] == [(4, True)]
