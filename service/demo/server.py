"""The service as its own process, on embedded defaults in a folder of the demo's own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from service.demo.stages import DemoError
from service.settings import Settings

START_SECONDS = 90.0
STOP_SECONDS = 25.0


def free_port(wanted: int, host: str) -> int:
    """`wanted` when nobody listens there, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("No TCP port is free on this machine.")


@asynccontextmanager
async def serving(
    settings: Settings, *, also: Mapping[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start `candor serve`, wait until it is ready, stop it at the end.

    `also`: more of its environment. It runs in a group of its own, so that Ctrl-C reaches only
    us, and it is stopped in order.
    """
    environment = {
        **os.environ,
        **(also or {}),
        "CANDOR_DATA_DIR": str(settings.data_dir),
        "CANDOR_PORT": str(settings.port),
        "CANDOR_JURISDICTION": settings.jurisdiction,
        "CANDOR_RUBRIC_APPROVAL": "false",  # one person alone plays every part
    }
    log_path = settings.data_dir / "server.log"
    with log_path.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service", "serve"),
            env=environment,
            stderr=log,
            stdout=log,
            start_new_session=True,
        )
        try:
            await _until_ready(process, settings.base_url, log_path)
            yield process
        finally:
            await _stop(process)


async def _until_ready(process: asyncio.subprocess.Process, base_url: str, log_path: Path) -> None:
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                if (await client.get(f"{base_url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
    raise DemoError(f"The service ended while starting: see {log_path}.")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
