"""A live room on SQLite: what needs real time is not run once per kind of database."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.db import Database
from service.settings import Settings
from tests.fakes.live import HouseKeeper, LiveHouse, scripted_pool


@pytest.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """SQLite only: what needs real time is not run twice."""
    path = tmp_path / "candor.db"
    shutil.copy(sqlite_template, path)
    async with Database(f"sqlite+aiosqlite:///{path}") as opened:
        yield opened


@pytest.fixture
def keeper(tmp_path: Path, sqlite_database: Database) -> HouseKeeper:
    settings = Settings(
        _env_file=None,
        data_dir=tmp_path / "var",
        secret="s",
        jurisdiction="CN",
        session_limit=2,
        reconnect_seconds=20,
    )
    return HouseKeeper(settings, sqlite_database, scripted_pool())


@pytest.fixture
async def live(keeper: HouseKeeper) -> AsyncIterator[LiveHouse]:
    async with keeper.open() as house:
        yield house
