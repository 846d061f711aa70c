"""Reviewers, the scorer and candidates all writing at once: no deadlock, one rating in force."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
from sqlmodel import col, select

from service.audit import verify
from service.review.scoring import rate_session
from service.tables import Rating, Role, Utterance
from tests.fakes.rooms import WORDS, Held, House, give_consent, held_interview, new_invitation

ROUNDS = 6


async def override(client: httpx.AsyncClient, held: Held, number: int) -> int:
    case = (await client.get(held.case)).json()
    current = {rating["competency_id"]: rating["id"] for rating in case["ratings"]}
    body = {
        "level": number % 5 + 1,
        "reason": "Because of what was said.",
        "evidence": [],
        "replaces": current.get(held.competency_ids[number % 2]),
    }
    return (await client.post(held.override(number % 2), json=body)).status_code


async def say_more(house: House, held: Held, number: int) -> int:
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.text = f"{WORDS} And {number} more words were said."
        db.add(row)
    await rate_session(house.database, held.session_id)
    return 200


async def answer(guest: httpx.AsyncClient, number: int) -> int:
    return (await give_consent(guest, ai_scoring=bool(number % 2))).status_code


async def test_everybody_at_once(house: House) -> None:
    held = [await held_interview(house) for _ in range(2)]
    reviewers = [await house.login(Role.REVIEWER) for _ in range(2)]
    made = await new_invitation(reviewers[0], held[0].plan)
    guest = house.guest(str(made["token"]))
    work = [
        job
        for number in range(ROUNDS)
        for each in held
        for job in (
            override(reviewers[number % 2], each, number),
            say_more(house, each, number),
            answer(guest, number),
        )
    ]
    outcomes = Counter(await asyncio.gather(*work))
    assert set(outcomes) <= {200, 201, 409}
    assert outcomes[201] >= 1
    async with house.database.reading() as db:
        assert (await verify(db)).ok
        rows = (await db.exec(select(Rating).where(col(Rating.is_current)))).all()
    assert max(Counter((row.session_id, row.competency_id) for row in rows).values()) == 1
    humans = [row for row in rows if row.rater == "human"]
    assert humans, "an override that was answered with 201 must stay in force"
