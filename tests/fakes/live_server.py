"""A live room in a process of its own, to be killed: `python -m tests.fakes.live_server FOLDER`.

Prints one JSON line {port, token, session_id} when it serves.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import uvicorn

from service.db import Database
from service.migrations import upgrade
from service.settings import Settings
from tests.fakes.live import HouseKeeper, scripted_pool


def keeper_settings(folder: Path) -> Settings:
    return Settings(
        _env_file=None, data_dir=folder, secret="s", jurisdiction="CN", reconnect_seconds=2
    )


async def main(folder: Path) -> None:
    settings = keeper_settings(folder)
    async with Database(settings.database) as database:
        await upgrade(database)
        async with HouseKeeper(settings, database, scripted_pool()).open() as live:
            token, session_id = await live.invite()
            listener = socket.create_server(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            line = {"port": port, "token": token, "session_id": str(session_id)}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            server = uvicorn.Server(uvicorn.Config(live.house.app, log_level="warning"))
            await server.serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
