"""The HTTP server around the application: what must be there before it starts, its orderly end."""

from __future__ import annotations

import socket
from typing import cast

import uvicorn
from fastapi import FastAPI
from sqlmodel import func, select

from service.app import create_app
from service.db import Database
from service.live.room import LiveRoom
from service.settings import Settings
from service.tables import Session

REQUESTS_END_WITHIN = 3  # seconds for answers under way when the server is told to stop


class Server(uvicorn.Server):
    """Ends the streams of events first: they never end by themselves, and stopping waits."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, when a signal has come."""
        room = cast(LiveRoom | None, getattr(self._app.state, "live", None))
        if room is not None:
            room.tools.bus.close()
        await super().shutdown(sockets)


async def check_database(settings: Settings) -> None:
    """Raise SQLAlchemyError when it is out of reach or has no tables (SQLite makes its own)."""
    async with Database(settings.database) as database:
        if not database.is_sqlite:
            async with database.reading() as db:
                await db.exec(select(func.count()).select_from(Session))


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve_until_stopped(settings: Settings) -> None:
    """Run the service until SIGINT or SIGTERM."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=REQUESTS_END_WITHIN,
        server_header=False,
    )
    Server(config, app).run()
