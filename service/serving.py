"""The HTTP server around the application: what must be there before it starts, its orderly end."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import cast

import structlog
import uvicorn
from fastapi import FastAPI
from sqlmodel import func, select

from service import memory, telemetry
from service.app import Adapters, create_app
from service.db import Database
from service.front import server as front
from service.front.process import Post
from service.front.workers import KEEP_ALIVE
from service.live.room import LiveRoom
from service.settings import Settings
from service.tables import Session

REQUESTS_END_WITHIN = 3  # seconds for answers under way when the server is told to stop


def _nothing() -> None:
    pass


class Server(uvicorn.Server):
    """Ends the streams of events first: they never end by themselves, and stopping waits."""

    def __init__(
        self, config: uvicorn.Config, app: FastAPI, *, on_serving: Callable[[], None] = _nothing
    ) -> None:
        super().__init__(config)
        self._app, self._on_serving = app, on_serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the application, then listen."""
        await super().startup(sockets)
        memory.keep_what_is_loaded()
        self._on_serving()

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
    if settings.media_workers > 1:
        front.serve(settings, work)
        return
    memory.bound_arenas()
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


def work(post: Post) -> None:
    """A media worker's process: the application with its share, at a Unix socket."""
    work_with(post, None)


def work_with(post: Post, adapters: Adapters | None) -> None:
    """The same on adapters of the caller's (None: the real ones)."""
    memory.bound_arenas()
    telemetry.configure_logs(as_json=post.settings.log_json)
    structlog.contextvars.bind_contextvars(worker=post.share.index)
    settings = post.settings.model_copy(update={"workers": post.share.part(post.settings.workers)})
    app = create_app(settings, adapters, share=post.share)
    config = uvicorn.Config(
        app,
        uds=str(post.path),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=REQUESTS_END_WITHIN,
        timeout_keep_alive=KEEP_ALIVE,
        server_header=False,
        date_header=False,  # the front has its own
        forwarded_allow_ips="*",  # nobody but the front can reach the socket
    )
    Server(config, app, on_serving=post.serving).run()
