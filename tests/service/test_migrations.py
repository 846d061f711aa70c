"""The migrations make exactly the tables that the code declares."""

from __future__ import annotations

from sqlmodel import SQLModel

import service.tables  # noqa: F401 - registers the tables
from service.db import Database
from service.migrations import check, upgrade
from service.tables import Retention


async def test_migrated_schema_is_the_declared_one(database: Database) -> None:
    await upgrade(database)  # a second run changes nothing
    await check(database)


def test_every_table_names_its_retention_class() -> None:
    for table in SQLModel.metadata.sorted_tables:
        assert table.info.get("retention") in set(Retention), table.name
