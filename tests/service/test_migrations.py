"""The migrations make exactly the tables that the code declares."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

import service.tables  # noqa: F401 - registers the tables
from service.db import Database
from service.migrations import check, config, upgrade
from service.tables import Retention


async def test_migrated_schema_is_the_declared_one(database: Database) -> None:
    await upgrade(database)  # a second run changes nothing
    await check(database)


async def test_accounts_keep_their_role_and_login_when_roles_are_added(database: Database) -> None:
    insert = (
        "INSERT INTO accounts (id, email, name, role, password_hash, locale, is_active, created_at)"
        " VALUES ('{id}', '{role}@x', 'n', '{role}', 'h', 'en', {yes}, '2026-01-01 00:00:00')"
    )
    yes = "1" if database.is_sqlite else "true"
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda found: command.downgrade(config(found), "0002"))
        for number, role in enumerate(("admin", "reviewer", "auditor")):
            row = insert.format(id=f"{number:032x}", role=role, yes=yes)
            await connection.execute(text(row))
        login = (
            "INSERT INTO logins (id, account_id, token_hash, created_at, expires_at) SELECT "
            "id, id, 't', created_at, created_at FROM accounts WHERE role = 'admin'"
        )
        await connection.execute(text(login))
    refused = insert.format(id=f"{7:032x}", role="hr_lead", yes=yes)
    with pytest.raises(IntegrityError):
        async with database.engine.begin() as connection:
            await connection.execute(text(refused))
    await upgrade(database)
    async with database.engine.begin() as connection:
        await connection.execute(text(refused))
        roles = (await connection.execute(text("SELECT role FROM accounts ORDER BY id"))).scalars()
        assert list(roles) == ["admin", "reviewer", "auditor", "hr_lead"]
        assert (await connection.execute(text("SELECT count(*) FROM logins"))).scalar_one() == 1
    king = insert.format(id=f"{8:032x}", role="king", yes=yes)
    with pytest.raises(IntegrityError):
        async with database.engine.begin() as connection:
            await connection.execute(text(king))
    await check(database)


def test_every_table_names_its_retention_class() -> None:
    for table in SQLModel.metadata.sorted_tables:
        assert table.info.get("retention") in set(Retention), table.name
