"""The audit chain holds under concurrent writers and shows any tampering."""

from __future__ import annotations

import asyncio
import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.audit import Entry, Tag, record, verify
from service.db import Database


async def add(database: Database, subject: str) -> None:
    async with database.writing() as db:
        await record(db, Entry(Tag.LOGIN_OK, "system", subject, detail={"n": 1}))


async def test_concurrent_writers_make_one_unbroken_chain(database: Database) -> None:
    await asyncio.gather(*(add(database, f"account:{n}") for n in range(25)))
    async with database.reading() as db:
        report = await verify(db)
    assert (report.ok, report.count) == (True, 25)


@pytest.mark.parametrize(
    "action", ["UPDATE audit_events SET actor = 'x'", "DELETE FROM audit_events"]
)
async def test_the_database_refuses_edits(database: Database, action: str) -> None:
    await add(database, "account:1")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.writing() as db:
            await (await db.connection()).execute(text(action))


async def test_tampering_past_the_triggers_is_found(database: Database) -> None:
    for n in range(5):
        await add(database, f"account:{n}")
    names = (
        ["audit_events_no_update"] if database.is_sqlite else ["audit_events_fixed ON audit_events"]
    )
    async with database.writing() as db:
        connection = await db.connection()
        for name in names:
            await connection.execute(text(f"DROP TRIGGER {name}"))
        changed = json.dumps({"n": 2})
        await connection.execute(
            text("UPDATE audit_events SET detail = :detail WHERE seq = 3"), {"detail": changed}
        )
    async with database.reading() as db:
        report = await verify(db)
    assert (report.ok, report.first_bad, report.count) == (False, 3, 2)


async def test_a_rolled_back_transaction_leaves_no_event(database: Database) -> None:
    async def failing() -> None:
        async with database.writing() as db:
            await record(db, Entry(Tag.LOGIN_OK, "system", "account:1"))
            raise LookupError

    with pytest.raises(LookupError):
        await failing()
    async with database.reading() as db:
        assert (await verify(db)).count == 0
