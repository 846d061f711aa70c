"""`candor webhooks`: what waits to be taken."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from service.db import Database
from service.migrations import upgrade
from service.outbox import queries
from service.outbox.sender import Sender
from service.outbox.target import TargetError, check
from service.tables import WebhookEvent, utc_now
from service.usage import fail, load_settings, using_the_database

out = Console()
SHOWN = 200


def webhooks(
    send: Annotated[bool, typer.Option("--send", help="send what is due now")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="make everything due now, also what was given up")
    ] = False,
) -> None:
    """List the events that wait for the webhook; the running service sends them by itself."""
    settings = load_settings()
    if not settings.webhook_url:
        fail("No webhook is set up: give CANDOR_WEBHOOK_URL and CANDOR_WEBHOOK_SECRET.")
    try:
        check(settings.webhook_url)
    except TargetError:
        fail("CANDOR_WEBHOOK_URL must be https://…, or http://localhost:… on this machine.")

    async def work() -> None:
        async with Database(settings.database) as database:
            await upgrade(database)
            if again:
                async with database.writing() as db:
                    await queries.revive(db, utc_now())
            if send:
                out.print(f"{await Sender(database, settings).deliver()} taken.")
            async with database.reading() as db:
                found = await queries.waiting(db, most=SHOWN)
        for event in found:
            out.print(_line(event), highlight=False)
        out.print(f"{len(found)} waiting.", highlight=False)

    with using_the_database():
        asyncio.run(work())


def _line(event: WebhookEvent) -> str:
    state = "given up" if event.dropped_at else event.due_at.isoformat(timespec="seconds")
    failure = f" {event.failure}" if event.failure else ""
    return f"{state:<25}  {event.kind:<20} {event.session_id} tries {event.attempts}{failure}"
