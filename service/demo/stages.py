"""The demo's progress display: one line a stage, and what each brought."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


class DemoError(Exception):
    """The demo cannot go on; the text is one sentence with the remedy."""


@dataclass
class Stage:
    """One stage. It passed when it `brought` something and nothing was raised."""

    title: str
    brought: str = ""
    seconds: float = 0.0
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether the stage produced what it is for."""
        return bool(self.brought) and not self.error


@dataclass
class Report:
    """All stages so far, shown as they come."""

    console: Console
    stages: list[Stage] = field(default_factory=list)

    @contextmanager
    def stage(self, title: str) -> Iterator[Stage]:
        """Run one stage; what it raises is shown, remembered and raised on."""
        stage = Stage(title)
        self.stages.append(stage)
        self.console.rule(f"[bold]{len(self.stages)}. {title}[/bold]", align="left")
        started = time.monotonic()
        try:
            yield stage
        except Exception as error:
            stage.error = str(error) or type(error).__name__
            raise
        finally:
            stage.seconds = time.monotonic() - started
            mark = "[green]done[/green]" if stage.passed else "[red]nothing came[/red]"
            text = stage.brought or stage.error
            self.console.print(f"   {mark} in {stage.seconds:.1f} s: {text}", highlight=False)

    @property
    def passed(self) -> bool:
        """Whether every stage brought something."""
        return bool(self.stages) and all(stage.passed for stage in self.stages)

    def show(self) -> None:
        """The table at the end."""
        table = Table("stage", "result", "seconds", box=None, title="What happened")
        for stage in self.stages:
            mark = "[green]✓[/green]" if stage.passed else "[red]✗[/red]"
            text = stage.brought or stage.error or "nothing came"
            table.add_row(f"{mark} {stage.title}", text, f"{stage.seconds:.1f}")
        self.console.print(table)
