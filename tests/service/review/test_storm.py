"""Reviewers, the scorer and candidates all writing at once: no deadlock, one rating in force."""

from __future__ import annotations

import asyncio

import httpx
from sqlmodel import select

from service.audit import verify
from service.review.scoring import rate_session
from service.tables import RaterKind, Rating, Role, Utterance
from tests.fakes.rooms import WORDS, Held, House, give_consent, held_interview, new_invitation

ROUNDS = 6
TRIES = 40


async def override(client: httpx.AsyncClient, held: Held, number: int) -> int:
    """Look and rate; whoever was overtaken looks again, as the page asks them to."""
    for tries in range(1, TRIES + 1):
        case = (await client.get(held.case)).json()
        current = {rating["competency_id"]: rating["id"] for rating in case["ratings"]}
        body = {
            "level": number % 5 + 1,
            "reason": "Because of what was said.",
            "evidence": [],
            "replaces": current.get(held.competency_ids[number % 2]),
        }
        answer = await client.post(held.override(number % 2), json=body)
        if answer.status_code == 201:
            return tries
        assert (answer.status_code, answer.json()["code"]) == (409, "rating_stale")
    return 0


async def say_more(house: House, held: Held, number: int) -> int:
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, held.utterance_id)
        row.text = f"{WORDS} And {number} more words were said."
        db.add(row)
    await rate_session(house.database, held.session_id)
    return 1


async def answer(guest: httpx.AsyncClient, number: int) -> int:
    return int((await give_consent(guest, ai_scoring=bool(number % 2))).status_code == 200)


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
    outcomes = await asyncio.gather(*work)
    assert min(outcomes) >= 1, "everybody came through in the end"
    async with house.database.reading() as db:
        assert (await verify(db)).ok
        rows = (await db.exec(select(Rating))).all()
    current = [row for row in rows if row.is_current]
    assert len(current) == 2 * len(held)
    assert len({(row.session_id, row.competency_id) for row in current}) == len(current)
    assert {row.rater for row in current} == {RaterKind.HUMAN}
    humans = [row for row in rows if row.rater is RaterKind.HUMAN]
    assert len(humans) == ROUNDS * len(held), "each override that was answered with 201 is kept"
