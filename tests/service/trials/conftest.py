"""The rooms with the room of trials, and people who rate in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.app import create_app
from service.db import Database
from tests.fakes.rooms import House, make_house


@pytest.fixture
def house(tmp_path: Path, database: Database) -> House:
    """The whole service on a test's database; its pool and live room stay shut."""
    rooms = make_house(tmp_path, database, "STRICT")
    app = create_app(rooms.settings)
    for name in ("settings", "database", "blobs", "engines"):
        setattr(app.state, name, getattr(rooms.app.state, name))
    return House(app, rooms.database, rooms.blobs, rooms.settings)
