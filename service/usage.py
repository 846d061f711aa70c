"""What every command of the command line needs: the settings, and a way to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from service.settings import Settings


def fail(message: str) -> NoReturn:
    """One sentence on stderr, exit code 2."""
    Console(stderr=True).print(f"[red]candor:[/red] {message}", highlight=False)
    raise typer.Exit(2)


def load_settings() -> Settings:
    """The settings, or one sentence that names the variable at fault."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "CANDOR_" + "_".join(str(part) for part in first["loc"]).upper()
        fail(f"{name}: {first['msg']}. Mend it in the environment or in .env.")


@contextmanager
def using_the_database() -> Iterator[None]:
    """One sentence where the database cannot be opened, reached or read; never its password."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = str(cause).strip().splitlines()[0].rstrip(".:")
        fail(
            f"The database cannot be used: {said}. Check CANDOR_DATABASE_URL and CANDOR_DATA_DIR, "
            "then run `candor migrate`."
        )
