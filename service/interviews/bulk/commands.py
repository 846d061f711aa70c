"""`candor invite` and `candor mail`: the same from the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from service.db import Database
from service.errors import ServiceError
from service.interviews.bulk import imports, post, queries
from service.interviews.bulk.reading import MOST_BYTES
from service.interviews.bulk.reasons import REASONS
from service.interviews.bulk.schemas import ConfirmOptions, ImportReport, ImportResult
from service.mail import mailer_of
from service.migrations import upgrade
from service.settings import Settings
from service.usage import fail, load_settings, using_the_database

out = Console()
SHOWN = 50  # errors on a terminal
PAIR = "name, email, locale, time_zone or deadline, then = and the column's header"


def invite(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX")],
    plan: Annotated[str, typer.Option(help="id of the plan")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check only")] = False,
    deadline: Annotated[str, typer.Option(help="local to the zone: 2027-03-31 18:00")] = "",
    zone: Annotated[str, typer.Option(help="of rows that name none")] = "UTC",
    column: Annotated[list[str] | None, typer.Option(help=PAIR)] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out-errors", help="invite the good rows alone")
    ] = False,
    send: Annotated[bool, typer.Option(help="send letters, too")] = True,
    chinese: Annotated[bool, typer.Option("--zh", help="reasons in Chinese")] = False,
) -> None:
    """Invite everybody in a file, or nobody; the same file again makes nothing."""
    if not file.is_file():
        fail(f"{file} is not a file.")
    if file.stat().st_size > MOST_BYTES:
        fail(f"The file is larger than {MOST_BYTES // 2**20} MiB. Split it.")
    given: dict[str, object] = {
        "plan_id": plan,
        "deadline": deadline,
        "time_zone": zone,
        "leave_out_errors": leave_out,
        "send": send,
        **_columns(column or []),
    }
    try:
        upload = imports.Upload(file.read_bytes(), ConfirmOptions.model_validate(given))
    except ValidationError as error:
        first = error.errors()[0]
        fail(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.")
    try:
        with using_the_database():
            asyncio.run(_invite(upload, dry_run=dry_run, chinese=chinese))
    except ServiceError as error:
        fail(error.detail)


def _columns(pairs: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for pair in pairs:
        wanted, equals, header = pair.partition("=")
        if not equals or wanted not in {"name", "email", "locale", "time_zone", "deadline"}:
            fail(f"--column is {PAIR}.")
        if wanted == "name":
            known = found.get("column_name")
            found["column_name"] = [*(known if isinstance(known, list) else []), header]
        else:
            found[f"column_{wanted}"] = header
    return found


async def _invite(upload: imports.Upload, *, dry_run: bool, chinese: bool) -> None:
    settings = load_settings()
    async with Database(settings.database) as database:
        await upgrade(database)
        async with database.reading() as db:
            report = await imports.check(db, upload)
        if not await _is_known(database, upload):  # else every row is said to be invited already
            _show(report, "zh-CN" if chinese else "en")
        if dry_run:
            raise typer.Exit(1 if report.errors or report.missing else 0)
        result = await imports.confirm(database, upload, actor=None, settings=settings)
    _tell(result, settings)


async def _is_known(database: Database, upload: imports.Upload) -> bool:
    async with database.reading() as db:
        return await queries.import_by_key(db, upload.digest) is not None


def _show(report: ImportReport, locale: str) -> None:
    out.print(
        f"{report.kind}, {report.encoding}: {report.rows} rows, {report.good} can be invited.",
        highlight=False,
    )
    for wanted in report.missing:
        out.print(f"No column found for: {wanted} (say which with --column {wanted}=HEADER)")
    for note in (*report.errors, *report.warnings)[:SHOWN]:
        other = f" ({note.other_line})" if note.other_line else ""
        text = REASONS[note.code][locale]
        where = f"{note.line:>6}  {note.column}"
        out.print(f"{where}: {text}{other} [{note.code}]", highlight=False, markup=False)
    if (more := len(report.errors) + len(report.warnings) - SHOWN) > 0:
        out.print(f"… and {more} more.")


def _tell(result: ImportResult, settings: Settings) -> None:
    done = "had been invited before" if result.repeated else "invited"
    out.print(f"{result.created} {done}, {result.left_out} left out. Import {result.import_id}.")
    if not settings.mail_url.get_secret_value():
        out.print(f"Letters are written to {settings.data_dir / 'mailbox'}.", highlight=False)


def mail(
    send: Annotated[bool, typer.Option("--send", help="send what is due now")] = False,
) -> None:
    """List the letters that wait; the running service sends them by itself."""

    async def work() -> None:
        settings = load_settings()
        async with Database(settings.database) as database:
            if send:
                done = await post.Post(database, mailer_of(settings), settings).deliver()
                out.print(f"{done.sent} sent, {done.failed} failed, {done.dropped} not needed.")
            async with database.reading() as db:
                waiting = await post.list_mails(db, sent=False)
        for one in waiting:
            at = one.due_at.isoformat(timespec="minutes")
            failure = f" {one.failure}" if one.failure else ""
            out.print(f"{at}  {one.kind.value:<10} {one.state:<6} {one.invitation_id}{failure}")
        out.print(f"{len(waiting)} waiting.")

    with using_the_database():
        asyncio.run(work())
