"""The front's server: its database, its workers, its orderly end."""

from __future__ import annotations

import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from service import migrations
from service.db import Database
from service.front.asgi import Front
from service.front.guests import Guests
from service.front.process import Work
from service.front.workers import Workers
from service.settings import Settings

REQUESTS_END_WITHIN = 5  # seconds: a little longer than the workers give themselves
FAILED = 3  # exit code, as uvicorn's own for an application that does not start


class FrontServer(uvicorn.Server):
    """Listens while the workers start, and tells them to end before it ends itself."""

    def __init__(self, settings: Settings, work: Work) -> None:
        self.failed = False
        self._settings = settings
        self._workers = Workers(settings, work, give_up=self._give_up)
        self._front: Front | None = None
        config = uvicorn.Config(
            Router(default=self._serve_one, lifespan=self._open, redirect_slashes=False),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=REQUESTS_END_WITHIN,
            server_header=False,
            ws="none",
        )
        super().__init__(config)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Called once, when a signal has come: event streams end because the workers end them."""
        self._workers.stop()
        await super().shutdown(sockets)

    @asynccontextmanager
    async def _open(self, _: object) -> AsyncIterator[None]:
        async with Database(self._settings.database) as database:
            if database.is_sqlite:
                await migrations.upgrade(database)
            async with self._workers:
                self._front = Front(self._workers, Guests(database))
                yield

    async def _serve_one(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._front is not None  # noqa: S101 - the lifespan comes first
        await self._front(scope, receive, send)

    def _give_up(self) -> None:
        self.failed = self.should_exit = True


def serve(settings: Settings, work: Work) -> None:
    """Run front and workers until SIGINT or SIGTERM; exits with 3 where none can start."""
    server = FrontServer(settings, work)
    server.run()
    if server.failed:
        sys.exit(FAILED)
