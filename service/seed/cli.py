"""`candor seed`: sample interviews to look around in, and their removal."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from service.usage import fail, load_settings, using_the_database

out = Console()


def seed(
    sessions: Annotated[
        int,
        typer.Option(min=0, max=1_000_000, help="so many made-up sessions besides, for measuring"),
    ] = 0,
    remove: Annotated[bool, typer.Option("--remove", help="take every sample away again")] = False,
) -> None:
    """Write a sample job with sample interviews, rated by the real scorer; once is enough."""
    if remove and sessions:
        fail("--remove takes everything away; it goes without --sessions.")
    with using_the_database():
        asyncio.run(_remove() if remove else _add(sessions))


async def _add(sessions: int) -> None:
    from service.db import Database
    from service.migrations import upgrade
    from service.seed import many, sample

    settings = load_settings()
    async with Database(settings.database) as database:
        await upgrade(database)
        count = await sample.add(database, settings)
        if count:
            out.print(f"{count} sample interviews added; look for “(sample)” and “（示例）”.")
        else:
            out.print("The sample interviews are there already.")
        if sessions:
            longest = settings.session_max_seconds
            added = await many.add(database, sessions, max_seconds=longest, told=_tell)
            out.print(f"{added} made-up sessions added; `candor seed --remove` takes them away.")


def _tell(done: int) -> None:
    out.print(f"{done} sessions", highlight=False, style="dim")


async def _remove() -> None:
    from service.blobs import Blobs
    from service.db import Database
    from service.migrations import upgrade
    from service.seed import store

    settings = load_settings()
    async with Database(settings.database) as database:
        await upgrade(database)
        count = await store.remove(database, Blobs(settings.blobs))
    out.print(f"Removed {count} sample sessions with all that hung on them.")
