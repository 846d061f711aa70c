"""SQLite is enough here; the chaos benchmark runs all of it on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from service.db import Database


@pytest.fixture
async def database(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "candor.db"
    shutil.copy(sqlite_template, path)
    async with Database(f"sqlite+aiosqlite:///{path}") as opened:
        yield opened
