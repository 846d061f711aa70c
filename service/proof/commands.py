"""`candor evidence`: a bundle for others to check; `candor replay`: the scorer run on one again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from service.db import Database
from service.errors import ServiceError
from service.proof.replay import NotABundle, Verdict, replayed
from service.proof.service import bundle
from service.usage import fail, load_settings, using_the_database

SAID = {
    Verdict.SAME: "the same, byte for byte",
    Verdict.DIFFERS: "differs from what was stored",
    Verdict.OTHER_SCORER: "made by another version of the scorer: install that one to replay it",
    Verdict.OTHER_WORDS: "made from other words or another rubric than the bundle holds",
}


def evidence(
    session: Annotated[UUID, typer.Argument(help="the interview's id")],
    out: Annotated[Path, typer.Option(help="where to write the bundle (.zip)")],
) -> None:
    """Write an interview's evidence, to be checked with `python verify_bundle.py FILE`."""
    if out.exists():
        fail(f"{out} exists: choose another name.")

    async def work() -> bytes:
        async with Database(load_settings().database) as database:
            return await bundle(database, session, actor="system")

    try:
        with using_the_database():
            content = asyncio.run(work())
    except ServiceError as error:
        fail(error.detail)
    out.write_bytes(content)
    Console().print(f"Wrote {out} ({len(content)} bytes).", highlight=False)


def replay(
    file: Annotated[Path, typer.Argument(help="a bundle (.zip) or its evidence.json")],
) -> None:
    """Run the installed scorer on a bundle's words again; exit code 1 where it says otherwise."""
    try:
        found = replayed(file.read_bytes())
    except (OSError, NotABundle) as error:
        fail(f"{file} cannot be read as a bundle: {error}.")
    out = Console()
    for name, verdict in found:
        out.print(f"{name}: {SAID[verdict]}", highlight=False)
    if not found:
        out.print("No model's rating is in it.")
    differs = any(verdict is Verdict.DIFFERS for _, verdict in found)
    raise typer.Exit(1 if differs else 0)
