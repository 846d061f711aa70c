"""The command line: `candor serve`, `demo`, `loadtest`, `models` and more."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.padding import Padding

from models.weights import State, WeightsError, fetch, status
from service.assay.commands import gate
from service.interviews.bulk.commands import invite, mail
from service.interviews.drafting.commands import outline
from service.loadtest.cli import loadtest
from service.outbox.commands import webhooks
from service.proof.commands import evidence, replay
from service.rights.commands import retention, verify_receipt
from service.seed.cli import seed
from service.tables import Role
from service.usage import fail, load_settings, using_the_database

cli = typer.Typer(
    name="candor",
    help="Self-hosted, real-time AI video interviews: scores people can see into and change.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
accounts = typer.Typer(help="People of the organisation who may log in.", no_args_is_help=True)
models_cli = typer.Typer(help="Speech and face models: what is here, what can be fetched.")
cli.add_typer(accounts, name="account")
cli.add_typer(models_cli, name="models")
cli.command()(loadtest)
cli.command()(seed)
cli.command()(outline)
cli.command()(gate)
cli.command()(evidence)
cli.command()(replay)
cli.command()(invite)
cli.command()(mail)
cli.command()(retention)
cli.command("verify-receipt")(verify_receipt)
cli.command()(webhooks)
out = Console()
COLOURS = {
    State.READY: "green",
    State.FALLBACK: "yellow",
    State.DOWNLOADABLE: "cyan",
    State.MISSING: "red",
}


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes any free port")] = None,
    media_workers: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="processes that hold interviews; behind a front if > 1"),
    ] = None,
) -> None:
    """Run the service."""
    from service import telemetry
    from service.serving import check_database, is_free, serve_until_stopped

    settings = load_settings()
    given = {"host": host, "port": port, "media_workers": media_workers}
    settings = settings.model_copy(update={k: v for k, v in given.items() if v is not None})
    if settings.media_workers > 1 and settings.blobs.startswith("memory:"):
        fail(
            "Several media workers cannot share a store in memory: point CANDOR_BLOBS_URL at a "
            "folder or a bucket, or serve with one."
        )
    if not is_free(settings.host, settings.port):
        fail(
            f"Port {settings.port} of {settings.host} cannot be listened on: take another one with "
            "--port or CANDOR_PORT."
        )
    with using_the_database():
        asyncio.run(check_database(settings))
    telemetry.configure_logs(as_json=settings.log_json)
    serve_until_stopped(settings)


@cli.command()
def demo(
    clip: Annotated[
        Path | None, typer.Option(help="a video file with sound to play as the candidate")
    ] = None,
    exit_after: Annotated[
        bool,
        typer.Option("--exit", envvar="CANDOR_DEMO_EXIT", help="end after the report"),
    ] = False,
    language: Annotated[str, typer.Option(help="language of the interview: en or zh")] = "en",
) -> None:
    """One interview from end to end over real WebRTC: captions, ratings, an override, the audit."""
    from service.demo import DemoError, run

    if clip is not None and not clip.is_file():
        fail(f"{clip} is not a file: give --clip a video with sound.")
    if language not in {"en", "zh"}:
        fail("--language is en or zh.")
    try:
        passed = asyncio.run(
            run(load_settings(), clip=clip, stay=not exit_after, language=language)
        )
    except DemoError as error:
        fail(str(error))
    except KeyboardInterrupt:
        passed = True
    raise typer.Exit(0 if passed else 1)


@cli.command()
def migrate() -> None:
    """Bring the database schema to the newest version."""
    from service.db import Database
    from service.migrations import upgrade

    async def work() -> None:
        async with Database(load_settings().database) as database:
            await upgrade(database)

    with using_the_database():
        asyncio.run(work())
    out.print("The database is up to date.")


@cli.command()
def verify() -> None:
    """Recompute the audit chain; exit code 1 where it is broken."""
    from service import audit
    from service.db import Database

    async def work() -> audit.ChainReport:
        async with Database(load_settings().database) as database, database.reading() as db:
            return await audit.verify(db)

    with using_the_database():
        report = asyncio.run(work())
    if not report.ok:
        out.print(f"[red]The audit chain breaks at event {report.first_bad}.[/red]")
        raise typer.Exit(1)
    out.print(f"{report.count} audit events, unbroken. Head: {report.head}")


@cli.command()
def openapi(
    folder: Annotated[Path, typer.Option("--out", help="folder to write to")] = Path("web"),
) -> None:
    """Write the HTTP contract and the event schema."""
    from service.app import create_app
    from service.live.events import event_schema

    documents = {"openapi.json": create_app().openapi(), "events.schema.json": event_schema()}
    for name, document in documents.items():
        text = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / name).write_text(text + "\n", encoding="utf-8")
        out.print(f"wrote {folder / name}")


@accounts.command("add")
def add_account(
    email: str,
    name: Annotated[str, typer.Option(help="how colleagues see them")],
    role: Annotated[Role, typer.Option(help="what they may do")] = Role.REVIEWER,
) -> None:
    """Add a person. The password comes from CANDOR_PASSWORD or a prompt; empty makes one."""
    from service.accounts.schemas import AccountDraft
    from service.accounts.service import add_account as add
    from service.db import Database
    from service.errors import ServiceError
    from service.migrations import upgrade

    given = os.environ.get("CANDOR_PASSWORD", "")
    if not given and sys.stdin.isatty():
        given = typer.prompt("Password (empty: make one)", default="", hide_input=True)
    password = given or secrets.token_urlsafe(12)
    try:
        draft = AccountDraft(email=email, name=name, role=role, password=password)
    except ValidationError as error:
        fail(f"{error.errors()[0]['loc'][0]}: {error.errors()[0]['msg']}.")

    async def work() -> None:
        async with Database(load_settings().database) as database:
            await upgrade(database)
            async with database.writing() as db:
                await add(db, draft)

    try:
        with using_the_database():
            asyncio.run(work())
    except ServiceError as error:
        fail(error.detail)
    out.print(f"Added {email} as {role.value}.")
    if not given:
        out.print(f"Password: {password}", highlight=False)


@accounts.command("list")
def list_accounts() -> None:
    """List everybody with their role."""
    from service.accounts import queries
    from service.db import Database

    async def work() -> list[tuple[str, str, bool]]:
        async with Database(load_settings().database) as database, database.reading() as db:
            return [(a.email, Role(a.role).value, a.is_active) for a in await queries.accounts(db)]

    with using_the_database():
        found = asyncio.run(work())
    for email, role, is_active in found:
        out.print(f"{role:<16} {email}{'' if is_active else ' (closed)'}", highlight=False)


@accounts.command("role")
def set_role(
    email: str, role: Annotated[Role, typer.Argument(help="what they may do from now on")]
) -> None:
    """Give a person another role."""
    from service.accounts import people, queries
    from service.accounts.schemas import ColleaguePatch
    from service.db import Database
    from service.errors import ServiceError
    from service.migrations import upgrade

    async def work() -> None:
        async with Database(load_settings().database) as database:
            await upgrade(database)
            async with database.writing() as db:
                account = await queries.account_of_any_state(db, email.strip().lower())
                if account is None:
                    raise ServiceError("not_found", 404, "There is no such person.")
                await people.change(db, account.id, patch=ColleaguePatch(role=role), actor=None)

    try:
        with using_the_database():
            asyncio.run(work())
    except ServiceError as error:
        fail(error.detail)
    out.print(f"{email} is now {role.value}.")


@models_cli.callback(invoke_without_command=True)
def list_models(context: typer.Context) -> None:
    """List every model: where it is, what would be downloaded, how good it is."""
    if context.invoked_subcommand:
        return
    from service.app import model_settings

    try:
        found = status(model_settings(load_settings()))
    except WeightsError as error:
        fail(str(error))
    for one in found:
        entry, colour = one.entry, COLOURS[one.state]
        spoken = filter(None, entry.languages)
        facts = [entry.kind.value, entry.licence, f"{entry.size_mb:.1f} MB", *spoken]
        out.print(f"[{colour}]{one.state.value:<12}[/{colour}] [bold]{entry.id}[/bold]")
        out.print(f"             {', '.join(facts)}", style="dim", highlight=False)
        for line in (one.quality, one.where):
            if line:
                out.print(Padding(line, (0, 0, 0, 13)), highlight=False)
    out.print(
        "\n`candor models fetch ID` downloads one; CANDOR_MODELS_DIR names a folder of yours."
    )


@models_cli.command("fetch")
def fetch_model(
    model_id: Annotated[str, typer.Argument(help="an id from `candor models`")],
) -> None:
    """Download a model into the cache and check its sha256."""
    from service.app import model_settings

    try:
        path = fetch(model_settings(load_settings()), model_id, progress=out.print)
    except WeightsError as error:
        fail(str(error))
    out.print(f"{model_id} is ready in {path}", highlight=False)


def main() -> None:
    """Entry point of the `candor` command."""
    cli()


if __name__ == "__main__":
    main()
