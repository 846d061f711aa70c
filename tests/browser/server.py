"""A real server process for browser tests, and the material its candidates show."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from service.accounts.schemas import AccountDraft
from service.accounts.service import add_account
from service.db import Database
from service.demo.server import free_port
from service.migrations import upgrade
from service.tables import Role

EMAIL, PASSWORD = "hr@example.com", "correct-horse-battery"
START_SECONDS = 90.0


@dataclass(frozen=True)
class Server:
    """A running service, a logged-in HTTP client of HR, and the folder of its data."""

    url: str
    hr: httpx.Client
    process: subprocess.Popen[bytes]
    folder: Path

    def plan(self, draft: dict[str, object]) -> dict[str, object]:
        made = self.hr.post("/api/plans", json=draft)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def invite(self, plan_id: object, *, name: str, locale: str) -> dict[str, str]:
        body = {
            "plan_id": plan_id,
            "candidate_name": name,
            "candidate_email": "candidate@example.com",
            "locale": locale,
            "expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        }
        made = self.hr.post("/api/invitations", json=body)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def case(self, session_id: str) -> dict[str, object]:
        found = self.hr.get(f"/api/review/cases/{session_id}")
        assert found.status_code == 200, found.text
        return dict(found.json())


async def _add_admin(url: str) -> None:
    async with Database(url) as database:
        await upgrade(database)
        async with database.writing() as db:
            draft = AccountDraft(email=EMAIL, name="Wang Li", role=Role.ADMIN, password=PASSWORD)
            await add_account(db, draft)


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Server]:
    """Start `candor serve` on a free port with its data in `folder`; stop it at the end."""
    port = free_port(0, "127.0.0.1")
    folder.mkdir(parents=True, exist_ok=True)
    given = {
        **{key: value for key, value in os.environ.items() if not key.startswith("CANDOR_")},
        "CANDOR_DATA_DIR": str(folder),
        "CANDOR_PORT": str(port),
        "CANDOR_JURISDICTION": "CN",
        "CANDOR_RUBRIC_APPROVAL": "false",
        **environment,
    }
    database_url = environment.get("CANDOR_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/candor.db")
    asyncio.run(_add_admin(database_url))
    log = (folder / "server.log").open("wb")
    command = [sys.executable, "-W", "default", "-m", "service", "serve"]
    process = subprocess.Popen(command, env=given, stderr=log, stdout=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_ready(process, url, folder / "server.log")
        with httpx.Client(base_url=url, headers={"X-Candor-Request": "1"}, timeout=30) as hr:
            logged_in = hr.post("/api/login", json={"email": EMAIL, "password": PASSWORD})
            assert logged_in.status_code == 200, logged_in.text
            yield Server(url, hr, process, folder)
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-3000:]}")
