"""The engine, and the only place that commits: one request or task is one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

READ_ONLY = "candor_read_only"


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """WAL, foreign keys, and explicit BEGIN: writers take the lock first (no upgrade deadlock)."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "synchronous=NORMAL",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


# Thirty interviews that come back at once after a restart found 15 connections too few.
POOL: dict[str, object] = {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


class Database:
    """An open database. `writing()` and `reading()` are the only ways to a session."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_async_engine(self.url, **({} if self.is_sqlite else POOL))
        self._turn: AbstractAsyncContextManager[object] = nullcontext()
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
            # It has one writer at a time; who finds it busy sleeps in a thread, up to 100 ms a go.
            self._turn = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits on success, rolls back on any error. Never one in another."""
        async with self._turn, AsyncSession(self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A consistent view that is never written; on SQLite it takes no write lock."""
        async with self.engine.connect() as connection:
            await connection.execution_options(**{READ_ONLY: True})
            async with AsyncSession(connection, expire_on_commit=False) as db:
                yield db

    async def is_ready(self) -> bool:
        """Whether a trivial query is answered."""
        async with self.engine.connect() as connection:
            return bool((await connection.execute(text("SELECT 1"))).scalar_one() == 1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.engine.dispose()
