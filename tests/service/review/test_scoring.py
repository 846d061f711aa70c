"""Ratings by the model: stored once per input, never in the place of a person's."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlmodel import col, select

from service.errors import ServiceError
from service.review.scoring import rate_session
from service.tables import (
    AuditEvent,
    Consent,
    RaterKind,
    Rating,
    Role,
    Utterance,
    UtteranceStatus,
)
from tests.fakes.rooms import WORDS, Held, House, held_interview


async def ratings(house: House, held: Held, number: int = 0) -> list[Rating]:
    async with house.database.reading() as db:
        found = (await db.exec(select(Rating).order_by(col(Rating.created_at)))).all()
    return [row for row in found if str(row.competency_id) == held.competency_ids[number]]


async def add_answer(house: House, held: Held, status: UtteranceStatus, text: str) -> Utterance:
    """Said while the second question stood, without naming it."""
    row = Utterance(
        session_id=held.session_id,
        question_id=None,
        start=31.0,
        end=50.0,
        status=status,
        text=text,
        language="en",
        confidence=0.9,
    )
    async with house.database.writing() as db:
        db.add(row)
    return row


async def test_each_competency_is_rated_once_with_evidence(house: House) -> None:
    held = await held_interview(house)
    added = await rate_session(house.database, held.session_id)
    assert {str(row.competency_id) for row in added} == set(held.competency_ids)
    (teamwork,) = await ratings(house, held)
    assert teamwork.rater is RaterKind.MODEL
    assert teamwork.level in {1, 2, 3, 4, 5}
    assert teamwork.rater_version == "candor-content@2.1.0"
    assert teamwork.evidence
    assert all(item["quote"] in WORDS for item in teamwork.evidence)
    (planning,) = await ratings(house, held, 1)
    assert (planning.level, planning.abstained) == (None, "no_answer")
    async with house.database.reading() as db:
        events = select(AuditEvent).where(AuditEvent.tag == "model:rating:create")
        assert len((await db.exec(events)).all()) == 2


async def test_the_same_input_adds_nothing(house: House) -> None:
    held = await held_interview(house)
    assert len(await rate_session(house.database, held.session_id)) == 2
    assert await rate_session(house.database, held.session_id) == []


async def test_runs_at_once_add_each_rating_once(house: House) -> None:
    held = await held_interview(house)
    runs = await asyncio.gather(*(rate_session(house.database, held.session_id) for _ in range(3)))
    assert sorted(len(run) for run in runs) == [0, 0, 2]


async def test_a_transcript_that_comes_later_succeeds_the_abstention(house: House) -> None:
    held = await held_interview(house)
    waiting = await add_answer(house, held, UtteranceStatus.WAITING, "")
    await rate_session(house.database, held.session_id)
    (before,) = await ratings(house, held, 1)
    assert before.abstained == "waiting_transcript"
    async with house.database.writing() as db:
        row = await db.get_one(Utterance, waiting.id)
        row.status, row.text = (
            UtteranceStatus.DONE,
            "First I write a plan with milestones, then I measure progress each week and I "
            "change the schedule when a risk shows up, so that the deadline holds.",
        )
        db.add(row)
    (added,) = await rate_session(house.database, held.session_id)
    old, new = await ratings(house, held, 1)
    assert (old.id, old.is_current) == (before.id, False)
    assert (new.id, new.is_current, new.supersedes_id) == (added.id, True, old.id)
    assert new.level is not None
    assert len(await ratings(house, held, 0)) == 1


async def test_a_person_is_never_replaced_by_the_model(house: House) -> None:
    held = await held_interview(house)
    body = {"level": 5, "reason": "I was there.", "evidence": [], "replaces": None}
    async with await house.login(Role.REVIEWER) as client:
        answer = await client.post(held.override(), json=body)
        await rate_session(house.database, held.session_id)
        case = (await client.get(held.case)).json()
    current = {rating["competency_id"]: rating for rating in case["ratings"]}
    assert current[held.competency_ids[0]] == answer.json()
    (proposal,) = case["history"]
    assert (proposal["rater"], proposal["is_current"]) == ("model", False)


@pytest.mark.parametrize("purpose", ["recording", "ai_scoring"])
async def test_nothing_is_rated_without_consent(house: House, purpose: str) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        statement = select(Consent).where(Consent.invitation_id == held.invitation_id)
        row = (await db.exec(statement)).one()
        setattr(row, purpose, False)
        db.add(row)
    assert await rate_session(house.database, held.session_id) == []
    assert await ratings(house, held) == []


async def test_an_unknown_session_is_an_error(house: House) -> None:
    with pytest.raises(ServiceError, match="not_found"):
        await rate_session(house.database, uuid4())
