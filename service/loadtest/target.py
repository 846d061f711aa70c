"""The server under load: one of our own on embedded defaults, or one that is named by its URL."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from service.accounts.schemas import AccountDraft
from service.accounts.service import add_account
from service.db import Database
from service.demo.hr import Hr, Json
from service.demo.server import free_port, serving
from service.migrations import upgrade
from service.settings import Settings
from service.tables import Role

EMAIL = "loadtest@candor.example"
HOST = "127.0.0.1"
LONGEST_QUESTION = 3600
PLANS = {
    "en": ("Load test", "Say what you have to say.", "Clarity", "Speaks clearly.", "Vague."),
    "zh": ("负载测试", "请自由发言。", "清晰", "表达清晰。", "含糊不清。"),
}


@dataclass(frozen=True, slots=True)
class Login:
    """A person of HR who may make plans and invitations."""

    email: str
    password: str


@dataclass
class Target:
    """A server that answers. `pid`: its process, when it runs here and we may look at it."""

    url: str
    hr: Hr
    status: Json
    language: str
    pid: int | None
    _plan: str = ""

    async def invite(self, number: int) -> Json:
        """One more candidate."""
        if not self._plan:
            draft = plan(self.language, self.status["jurisdiction"])
            self._plan = (await self.hr.plan(draft))["id"]
        locale = "zh-CN" if self.language == "zh" else "en"
        return await self.hr.invite(self._plan, f"Load {number}", locale)

    @property
    def engine(self) -> str:
        """What hears the language; "" when nothing does."""
        for engine in self.status["transcription"]:
            if engine["language"] == self.language:
                return str(engine["engine"] or "")
        return ""


def plan(language: str, jurisdiction: str) -> Json:
    """A plan with one question: captions are not cut by a change of questions."""
    title, question, name, good, bad = PLANS[language]
    anchors = {"1": bad, "3": good, "5": good}
    return {
        "title": title,
        "language": language,
        "jurisdiction": jurisdiction,
        "competencies": [{"key": "c", "name": name, "anchors": anchors}],
        "questions": [{"text": question, "seconds": LONGEST_QUESTION}],
    }


@asynccontextmanager
async def at_url(
    url: str, login: Login, *, language: str, pid: int | None
) -> AsyncIterator[Target]:
    """A server that runs already. Raises DemoError when it refuses the login."""
    hr = Hr(url)
    try:
        await hr.login(login.email, login.password)
        yield Target(url, hr, await hr.call("GET", "/api/status"), language, pid)
    finally:
        await hr.close()


@asynccontextmanager
async def own(
    settings: Settings, folder: Path, *, language: str, session_limit: int
) -> AsyncIterator[Target]:
    """A fresh server with its data in `folder`, stopped at the end."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    law = settings.jurisdiction if "jurisdiction" in settings.model_fields_set else "CN"
    mine = settings.model_copy(
        update={
            "data_dir": folder,
            "database_url": "",
            "blobs_url": "",
            "public_url": "",
            "host": HOST,
            "port": await asyncio.to_thread(free_port, 0, HOST),
            "jurisdiction": law,
            "session_limit": session_limit,
        }
    )
    login = Login(EMAIL, secrets.token_urlsafe(12))
    await _account(mine, login)
    # In full, for a .env nearby may name a database that no load test should touch.
    # Measured admission would keep the limit that is looked for out of sight.
    admission = settings.admission if "admission" in settings.model_fields_set else "limit"
    environment = {
        "CANDOR_ADMISSION": admission,
        "CANDOR_SESSION_LIMIT": str(session_limit),
        "CANDOR_DATABASE_URL": mine.database,
        "CANDOR_BLOBS_URL": mine.blobs,
        "CANDOR_PUBLIC_URL": mine.base_url,
        "CANDOR_HOST": HOST,
    }
    async with (
        serving(mine, also=environment) as process,
        at_url(mine.base_url, login, language=language, pid=process.pid) as target,
    ):
        yield target


async def _account(settings: Settings, login: Login) -> None:
    async with Database(settings.database) as database:
        await upgrade(database)
        async with database.writing() as db:
            draft = AccountDraft(
                email=login.email, name="Load test", role=Role.ADMIN, password=login.password
            )
            await add_account(db, draft)
