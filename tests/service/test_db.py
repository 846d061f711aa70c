"""What the engine sets on each connection."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from service.db import Database


async def test_postgresql_compiles_no_queries_even_after_a_rollback(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no such setting")
    for _ in range(2):  # leaving without writing rolls back, and the connection is used again
        async with database.reading() as db:
            connection = await db.connection()
            assert (await connection.execute(text("SHOW jit"))).scalar_one() == "off"
