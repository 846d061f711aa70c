"""A whole load test: its steps one after the other, thresholds, reports."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from rich.console import Console

from service.loadtest import show, target
from service.loadtest.circumstances import circumstances
from service.loadtest.material import prepare
from service.loadtest.metrics import Metrics
from service.loadtest.page import page
from service.loadtest.report import Report
from service.loadtest.search import Search
from service.loadtest.step import Load, Step
from service.loadtest.target import Login, Target
from service.loadtest.thresholds import Threshold, violations
from service.settings import Settings
from service.tables import utc_now


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the result goes. `folder`: server data and reports, when their own paths are None."""

    folder: Path
    json: Path | None = None
    html: Path | None = None


@dataclass(frozen=True, slots=True)
class Server:
    """`url` None: one of our own. `pid`: look at this process. `limit`: its places, if our own."""

    url: str | None = None
    login: Login | None = None
    pid: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for. Either `levels`, or `search` for the capacity."""

    load: Load
    levels: tuple[int, ...]
    search: Search | None
    thresholds: tuple[Threshold, ...]
    server: Server
    language: str
    outputs: Outputs


async def run(plan: Plan, clips: tuple[Path, ...], settings: Settings) -> bool:
    """Run it, show it, write it. Whether it passed. Raises UsageError, DemoError, ClientError."""
    console = Console(highlight=False)
    console.print("Preparing clips (encoded once, then kept) …")
    played = await asyncio.to_thread(prepare, clips, settings.model_cache.parent / "clips")
    plan = replace(plan, load=replace(plan.load, clips=tuple(played)))
    report = Report(await asyncio.to_thread(circumstances), _settings(plan))
    runner = Runner(plan, settings, report, console)
    try:
        with _interruptible(runner.stop):
            await runner.all()
    finally:
        report.interrupted = runner.stop.is_set()
        if report.steps:
            await asyncio.to_thread(_write, report, plan.outputs, console)
    return report.passed


@dataclass
class Runner:
    """Steps, each on a fresh server when the server is our own."""

    plan: Plan
    settings: Settings
    report: Report
    console: Console
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def all(self) -> None:
        """Every level, or the search."""
        search = self.plan.search
        if search is None:
            for sessions in self.plan.levels:
                if not self.stop.is_set():
                    await self._step(sessions)
            show.steps(self.console, self.report.steps)
            return
        while (wanted := search.next) is not None and not self.stop.is_set():
            passed = await self._step(wanted)
            if not self.stop.is_set():
                search.tell(wanted, passed=passed)
        show.steps(self.console, self.report.steps)
        if not self.stop.is_set():
            self.report.capacity = search.answer
            self.console.print(f"[bold]{search.answer}[/bold]")

    async def _step(self, sessions: int) -> bool:
        load = self.plan.load
        self.console.rule(f"{sessions} sessions, {load.seconds:g} s", align="left")
        async with self._server(sessions) as server:
            step = Step(sessions, load, server)
            watching = asyncio.create_task(show.watch(self.console, step))
            try:
                found = await step.run(self.stop)
            finally:
                watching.cancel()
                await asyncio.wait({watching})
        wrong = self._judge(found)
        show.summary(self.console, step, found, wrong=wrong)
        self.report.add(step, found, wrong)
        return not wrong

    def _judge(self, found: Metrics) -> list[str]:
        return violations(self.plan.thresholds, found)

    @asynccontextmanager
    async def _server(self, sessions: int) -> AsyncIterator[Target]:
        asked, language = self.plan.server, self.plan.language
        if asked.url is not None:
            login = asked.login or Login("", "")
            async with target.at_url(asked.url, login, language=language, pid=asked.pid) as found:
                yield found
            return
        folder = self.plan.outputs.folder / f"{utc_now():%Y%m%d-%H%M%S}-{sessions}"
        limit = asked.limit or sessions
        try:
            async with target.own(
                self.settings, folder, language=language, session_limit=limit
            ) as found:
                yield found
        finally:
            await asyncio.to_thread(_forget, folder)


def _forget(folder: Path) -> None:
    """Remove what our own server kept, but its log: recordings of a long search fill a disk."""
    log = folder / "server.log"
    if log.is_file():
        log.replace(folder.with_name(f"{folder.name}.log"))
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _interruptible(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C once: end in order and write the report. Twice: at once."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupted() -> None:
        if stop.is_set() and task is not None:
            task.cancel()
        stop.set()

    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGINT)


def _settings(plan: Plan) -> dict[str, object]:
    load = asdict(plan.load)
    load["clips"] = [
        {
            "name": one.name,
            "seconds": round(one.seconds, 1),
            "words": bool(one.spoken.reference.words),
        }
        for one in plan.load.clips
    ]
    return {
        **load,
        "url": plan.server.url or "own server",
        "levels": list(plan.levels),
        "find_capacity": plan.search is not None,
        "language": plan.language,
        "fail_if": [one.text for one in plan.thresholds],
    }


def _write(report: Report, outputs: Outputs, console: Console) -> None:
    document = report.document
    outputs.folder.mkdir(parents=True, exist_ok=True)
    files = {
        outputs.json or outputs.folder / "report.json": json.dumps(
            document, indent=1, ensure_ascii=False
        ),
        outputs.html or outputs.folder / "report.html": page(document),
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        console.print(f"wrote {path}", soft_wrap=True)
