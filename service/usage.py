"""What every command of the command line needs: the settings, and a way to refuse."""

from __future__ import annotations

from typing import NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

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
