"""What a person sees while a load test runs, and at its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from rich.console import Console
from rich.live import Live
from rich.table import Table

from service.loadtest.metrics import CATALOGUE, Metrics, error_kinds, percentile
from service.loadtest.report import Json
from service.loadtest.step import Step
from service.loadtest.thresholds import show

REFRESH = 0.5
PLAIN_EVERY = 5.0  # seconds between lines where the output is no terminal


async def watch(console: Console, step: Step) -> None:
    """Show a step as it runs, until cancelled."""
    if console.is_terminal:
        with Live(_table(step), console=console, refresh_per_second=4) as live:
            with suppress(asyncio.CancelledError):
                while True:
                    await asyncio.sleep(REFRESH)
                    live.update(_table(step))
            live.update(_table(step))
        return
    while True:
        await asyncio.sleep(PLAIN_EVERY)
        line = ", ".join(f"{name} {value}" for name, value in _now(step))
        console.print(f"   {line}", highlight=False, soft_wrap=True)


def _now(step: Step) -> list[tuple[str, str]]:
    late = [value for one in step.sittings for value in one.latencies]
    look = step.meter.looks[-1] if step.meter and step.meter.looks else None
    done = sum(one.outcome is not None for one in step.sittings)
    cores = f"{sum(look.cpu.values()):.2f} cores" if look else "–"
    memory = f"{sum(look.rss.values()) / 2**20:.0f} MB" if look else "–"
    return [
        ("doing", step.note),
        ("up", f"{step.up}/{step.sessions}"),
        ("done", str(done)),
        ("failed", str(sum(bool(one.error) for one in step.sittings))),
        ("captions", str(len(late))),
        ("caption p95", show("caption_p95", percentile(late, 0.95))),
        ("loss", show("loss", step.loss)),
        ("server", cores),
        ("memory", memory),
    ]


def _table(step: Step) -> Table:
    table = Table(box=None, pad_edge=False)
    values = _now(step)
    for name, _ in values:
        table.add_column(name, no_wrap=True)
    table.add_row(*(value for _, value in values))
    return table


def summary(console: Console, step: Step, found: Metrics, *, wrong: Sequence[str]) -> None:
    """All metrics of a finished step, and what was wrong."""
    table = Table("metric", "value", "", box=None, pad_edge=False)
    for name, (_, meaning) in CATALOGUE.items():
        if found[name] is not None:
            table.add_row(name, show(name, found[name]), f"[dim]{meaning}[/dim]")
    console.print(table)
    for kind, count in error_kinds(step.sittings).items():
        console.print(f"   [red]{count} × {kind}[/red]", highlight=False)
    for sentence in wrong:
        console.print(f"[red]failed[/red] {sentence}", highlight=False)


def steps(console: Console, done: Sequence[Json]) -> None:
    """All steps in one table, when there were several."""
    if len(done) < 2:
        return
    names = ("caption_p95", "loss", "failed", "server_cpu", "server_rss")
    table = Table("sessions", *names, "", box=None, pad_edge=False)
    for one in done:
        found = one["metrics"]
        if isinstance(found, dict):
            mark = "[green]passed[/green]" if one["passed"] else "[red]failed[/red]"
            table.add_row(str(one["sessions"]), *(show(n, found[n]) for n in names), mark)
    console.print(table)
