"""An application of the three HTTP rooms on a test's database, and people who use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI

from service.access.engines import EngineInfo, EngineReport
from service.access.people import COOKIE, INTENT_HEADER
from service.access.tokens import new_token, token_hash
from service.accounts import endpoints as accounts
from service.blobs import Blobs
from service.db import Database
from service.errors import install
from service.interviews import endpoints as interviews
from service.review import endpoints as review
from service.settings import Settings
from service.tables import Account, Login, Role, utc_now

ENGINES = EngineReport({"en": EngineInfo("test-engine", True, "made up")})
Json = dict[str, object]


def rooms_app(settings: Settings, database: Database, blobs: Blobs) -> FastAPI:
    """The rooms alone, without the live room and its workers."""
    app = FastAPI()
    install(app)
    app.state.settings, app.state.database, app.state.blobs = settings, database, blobs
    app.state.engines = ENGINES
    for room in (accounts, interviews, review):
        app.include_router(room.router)
    return app


def rooms_settings(folder: Path, jurisdiction: str = "STRICT") -> Settings:
    """Embedded defaults in `folder`, under a law of the test's choosing."""
    return Settings(
        _env_file=None, data_dir=folder / "var", secret="s", jurisdiction=jurisdiction
    )


@dataclass(frozen=True)
class House:
    """The application with what stands behind it."""

    app: FastAPI
    database: Database
    blobs: Blobs
    settings: Settings

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """Somebody's browser. Server errors come back as answers, as they would over the wire."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url="http://test.example", headers=headers or {}
        )

    def guest(self, token: str) -> httpx.AsyncClient:
        """A candidate's browser."""
        return self.client({"Authorization": f"Bearer {token}"})

    async def login(self, role: Role, name: str = "Somebody") -> httpx.AsyncClient:
        """The browser of a new person with that role, logged in without argon2's 200 ms."""
        token = new_token()
        async with self.database.writing() as db:
            email = f"{token[:12].lower()}@example.org"
            account = Account(email=email, name=name, role=role, password_hash="none")
            db.add(account)
            await db.flush()
            expires_at = utc_now() + timedelta(hours=1)
            db.add(
                Login(account_id=account.id, token_hash=token_hash(token), expires_at=expires_at)
            )
        return self.client({INTENT_HEADER: "1", "Cookie": f"{COOKIE}={token}"})
