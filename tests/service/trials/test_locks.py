"""Locking a sheet, on both databases: in force once, and never changed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from service.audit import verify
from service.tables import RaterKind, Rating, Role
from tests.fakes.rooms import House
from tests.service.trials.world import REASON, code_of, filled, locked, on_trial, opened


async def test_a_locked_sheet_is_in_force_where_nothing_was(house: House) -> None:
    held = await on_trial(house)
    async with await house.login(Role.REVIEWER, "Wang Fang") as client:
        sheet = await locked(client, held, 4, 2)
        case = (await client.get(held.case)).json()
        events = (await client.get(f"{held.case}/audit")).json()
    assert [(each["level"], each["reason"]) for each in sheet["comparison"]] == [
        (4, REASON),
        (2, REASON),
    ]
    shown = {each["competency_id"]: each for each in case["ratings"]}
    assert [shown[each]["level"] for each in held.competency_ids] == [4, 2]
    assert {(each["rater"], each["rater_name"]) for each in case["ratings"]} == {
        ("human", "Wang Fang")
    }
    assert all(each["is_shadow"] for each in case["history"])  # and now they see the model's
    event = next(each for each in events if each["tag"] == "hr:sheet:lock")
    assert len(event["detail"]["ratings"]) == 2
    assert REASON not in str(events)
    async with house.database.reading() as db:
        assert (await verify(db)).ok


async def test_two_who_lock_at_once_leave_one_in_force(house: House) -> None:
    held = await on_trial(house)
    clients = [await house.login(Role.REVIEWER) for _ in range(3)]
    for client in clients:
        assert (await opened(client, held.session_id)).status_code == 201
    path = f"/api/sheets/{held.session_id}/lock"
    answers = await asyncio.gather(
        *(
            client.post(path, json=filled(held, level, level))
            for level, client in enumerate(clients, start=2)
        )
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    async with house.database.reading() as db:
        rows = (await db.exec(select(Rating).where(Rating.rater == RaterKind.HUMAN))).all()
    assert len(rows) == 2
    assert len({row.level for row in rows}) == 1
    assert all(row.is_current for row in rows)


async def test_a_locked_sheet_is_never_changed(house: House) -> None:
    held = await on_trial(house)
    async with await house.login(Role.REVIEWER) as client:
        sheet = await locked(client, held)
        again = await client.post(f"/api/sheets/{held.session_id}/lock", json=filled(held, 1, 1))
        assert code_of(again) == (409, "sheet_locked")
        assert (await opened(client, held.session_id)).json() == sheet
    for statement in (
        "UPDATE sheets SET locked_at = NULL",
        "UPDATE sheets SET seconds = 1",
        "UPDATE sheet_levels SET level = 5",
        "UPDATE sheet_levels SET reason = ''",
    ):
        with pytest.raises(DBAPIError, match="never edited"):
            async with house.database.engine.begin() as connection:
                await connection.execute(text(statement))
