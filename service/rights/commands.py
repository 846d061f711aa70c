"""`candor retention` and `candor verify-receipt`."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from service.blobs import Blobs
from service.db import Database
from service.migrations import upgrade
from service.rights.erasing import Eraser
from service.rights.retention import Due, due, enforce, prune_log
from service.rights.signing import BadReceipt, Json, Signer, keys_of, verify
from service.settings import Settings
from service.tables import utc_now
from service.usage import fail, load_settings, using_the_database

out = Console()
CHUNK = 1 << 20
SECONDS = 10.0


def retention(
    erase: Annotated[bool, typer.Option("--erase", help="erase it; else only list it")] = False,
) -> None:
    """List what is past the age that its notice names; erase it with --erase."""

    async def work() -> tuple[list[Due], list[Due], int]:
        settings = load_settings()
        async with Database(settings.database) as database:
            await upgrade(database)
            now = utc_now()
            async with database.reading() as db:
                found = await due(db, settings, now=now)
            if not erase:
                return found, [], 0
            done = await enforce(Eraser(database, Blobs(settings.blobs), settings), found)
            async with database.writing() as db:
                return found, done, await prune_log(db, settings, now=now)

    with using_the_database():
        found, done, pruned = asyncio.run(work())
    for one in found:
        held = "  held: an answer is owed first" if one.held else ""
        since = one.since.date().isoformat()
        out.print(f"{since}  {one.what:<10}  {one.session_id}{held}", highlight=False)
    counts = Counter(one.what for one in found if not one.held)
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items())) or "nothing"
    out.print(f"Past its age: {told}.")
    if erase:
        out.print(f"Erased: {len(done)}. Old entries of the log removed: {pruned}.")
    elif counts:
        out.print("Nothing was erased; --erase does.")


def verify_receipt(
    file: Annotated[Path, typer.Argument(help="receipt.json")],
    keys: Annotated[
        str, typer.Option(help="JWK set: a file, or https://…/.well-known/candor-receipt-keys.json")
    ] = "",
    recording: Annotated[
        list[Path] | None, typer.Option(help="a recording that the receipt should name")
    ] = None,
) -> None:
    """Check a receipt's signature, and that recordings are the ones it names; 1 if it is bad."""
    try:
        signed: object = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        fail(f"{file} cannot be read.")
    except ValueError:
        signed = None
    try:
        receipt = verify(signed, _keys(keys))
        for path in recording or []:
            _require_named(receipt, path)
    except BadReceipt as error:
        out.print(f"[red]This receipt does not hold:[/red] {error}.", highlight=False)
        raise typer.Exit(1) from error
    issued, session = receipt.get("issued_at"), receipt.get("session_id")
    out.print(f"The signature holds. Issued {issued} for session {session}.", highlight=False)
    if recording:
        out.print(f"{len(recording)} recordings are the ones it names.")


def _keys(given: str) -> dict[str, bytes]:
    if not given:
        return _own_keys(load_settings())
    if given.startswith(("https://", "http://")):
        try:
            answer = httpx.get(given, timeout=SECONDS).raise_for_status()
            return keys_of(answer.json())
        except (httpx.HTTPError, ValueError) as error:
            fail(f"{given} gives no keys ({type(error).__name__}).")
    try:
        return keys_of(json.loads(Path(given).read_text(encoding="utf-8")))
    except OSError:
        fail(f"{given} cannot be read.")
    except ValueError:
        fail(f"{given} is not JSON.")


def _own_keys(settings: Settings) -> dict[str, bytes]:
    has_secret = settings.secret.get_secret_value() or (settings.data_dir / "secret").is_file()
    if not has_secret:
        fail("No service lives here. Name the issuer's published keys with --keys.")
    return keys_of(Signer.of(settings.signing_key).jwk())


def _require_named(receipt: Json, path: Path) -> None:
    found = hashlib.sha256()
    try:
        with path.open("rb") as opened:
            while piece := opened.read(CHUNK):
                found.update(piece)
    except OSError:
        fail(f"{path} cannot be read.")
    listed = receipt.get("recordings")
    named = {one.get("sha256") for one in listed} if isinstance(listed, list) else set()
    if found.hexdigest() not in named:
        raise BadReceipt(f"{path.name} is none of the recordings that it names")
