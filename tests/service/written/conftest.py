"""The rooms as a fixture, on SQLite only: what is tested here is no matter of SQL dialects."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.db import Database
from tests.fakes.rooms import house

__all__ = ["house"]


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "candor.db"
    shutil.copy(sqlite_template, path)
    async with Database(f"sqlite+aiosqlite:///{path}") as opened:
        yield opened
