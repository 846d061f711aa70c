"""An application of the three HTTP rooms on a test's database, and people who use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.engines import EngineInfo, EngineReport
from service.access.people import COOKIE, INTENT_HEADER
from service.access.tokens import new_token, token_hash
from service.accounts import endpoints as accounts
from service.audit import move
from service.blobs import Blobs
from service.db import Database
from service.decide import endpoints as deciding
from service.errors import install
from service.export import endpoints as exporting
from service.export import shared_endpoints as sharing
from service.interviews import endpoints as interviews
from service.interviews.bulk import endpoints as inviting
from service.recall import endpoints as recall
from service.review import endpoints as review
from service.review import work_endpoints as working
from service.rights import endpoints as rights
from service.settings import Settings
from service.tables import (
    Account,
    AskedQuestion,
    Login,
    Observation,
    Recording,
    RecordingState,
    Role,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    WordJson,
    new_id,
    utc_now,
)
from service.written import endpoints as written

ENGINES = EngineReport((("en", EngineInfo("test-engine", True, "made up")),))
Json = dict[str, object]


def rooms_app(settings: Settings, database: Database, blobs: Blobs) -> FastAPI:
    """The rooms alone, without the live room and its workers."""
    app = FastAPI()
    install(app)
    app.state.settings, app.state.database, app.state.blobs = settings, database, blobs
    app.state.engines = ENGINES
    app.include_router(written.router)
    app.include_router(recall.router)
    app.include_router(rights.router)
    for room in (accounts, inviting, interviews, review, working, deciding, exporting, sharing):
        app.include_router(room.router)
    return app


def rooms_settings(folder: Path, jurisdiction: str = "STRICT") -> Settings:
    """Embedded defaults in `folder`, under a law of the test's choosing."""
    return Settings(
        _env_file=None,
        data_dir=folder / "var",
        secret="s",
        jurisdiction=jurisdiction,
        rubric_approval=False,
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
        client = self.client()
        client.headers["Authorization"] = f"Bearer {token}"  # set late: any text goes as UTF-8
        return client

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


COMPETENCIES: list[Json] = [
    {
        "key": "teamwork",
        "name": "Teamwork",
        "description": "Works with others",
        "anchors": {
            "1": "Speaks only of themselves and blames others for what went wrong.",
            "3": "Describes working with others and what each did.",
            "5": "Explains how they resolved a conflict in the team and what came of it.",
        },
    },
    {
        "key": "planning",
        "name": "Planning",
        "description": "",
        "anchors": {
            "1": "Has no plan.",
            "3": "Made a plan and followed it.",
            "5": "Planned, measured progress and changed the schedule in time.",
        },
    },
]
PLAN: Json = {
    "title": "Engineer",
    "language": "en",
    "jurisdiction": "EU",
    "competencies": COMPETENCIES,
    "questions": [
        {
            "text": "Tell me about a conflict in a team you worked in.",
            "seconds": 120,
            "competencies": ["teamwork"],
        },
        {"text": "How do you plan a project?", "seconds": 90, "competencies": ["planning"]},
    ],
}
WORDS = (
    "We disagreed in the team about the release schedule so I talked with every colleague and "
    "we agreed to compare two plans. As a result we delivered in three weeks and the conflict "
    "was resolved."
)


@dataclass(frozen=True)
class Held:
    """An interview that took place: ids, and the candidate's token."""

    plan: Json
    invitation_id: UUID
    session_id: UUID
    token: str
    utterance_id: UUID

    @property
    def competency_ids(self) -> list[str]:
        return [str(each["id"]) for each in self.plan["competencies"]]  # type: ignore[attr-defined]

    @property
    def case(self) -> str:
        return f"/api/review/cases/{self.session_id}"

    def override(self, number: int = 0) -> str:
        return f"{self.case}/ratings/{self.competency_ids[number]}/override"


async def new_plan(client: httpx.AsyncClient, **changes: object) -> Json:
    """A plan made over HTTP."""
    answer = await client.post("/api/plans", json=PLAN | changes)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


def invitation_body(plan: Json, **changes: object) -> Json:
    expires_at = (utc_now() + timedelta(days=3)).isoformat()
    return {
        "plan_id": plan["id"],
        "candidate_name": "Li Na",
        "candidate_email": "li.na@example.org",
        "locale": "zh-CN",
        "expires_at": expires_at,
        **changes,
    }


async def new_invitation(client: httpx.AsyncClient, plan: Json, **changes: object) -> Json:
    """An invitation made over HTTP."""
    answer = await client.post("/api/invitations", json=invitation_body(plan, **changes))
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def give_consent(client: httpx.AsyncClient, **purposes: bool) -> httpx.Response:
    """Answer the notice in force."""
    version = (await client.get("/api/candidate/interview")).json()["notice"]["version"]
    flags = {"recording": True, "ai_scoring": True, "facial_analysis": False} | purposes
    body = {"notice_version": version, "locale": "en", "purposes": flags}
    return await client.post("/api/candidate/consent", json=body)


async def held_interview(house: House, *, jurisdiction: str = "EU", **purposes: bool) -> Held:
    """A closed interview with one transcribed answer, one recording and two looks at a face."""
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client, jurisdiction=jurisdiction)
        invitation = await new_invitation(client, plan)
    async with house.guest(str(invitation["token"])) as guest:
        answer = await give_consent(guest, **purposes)
        assert answer.status_code == 200, answer.text
    session_id = UUID(str(invitation["session_id"]))
    question_ids = [UUID(str(q["id"])) for q in plan["questions"]]  # type: ignore[attr-defined]
    async with house.database.writing() as db:
        utterance_id = await _fill(db, session_id, question_ids)
    await house.blobs.put(f"recordings/{session_id}.webm", bytes(range(256)) * 40)
    invitation_id = UUID(str(invitation["id"]))
    return Held(plan, invitation_id, session_id, str(invitation["token"]), utterance_id)


async def _fill(db: AsyncSession, session_id: UUID, question_ids: list[UUID]) -> UUID:
    session = await db.get_one(Session, session_id)
    for state in ("connecting", "live", "draining", "closed"):
        await move(db, session, SessionState(state), actor="system")
    session.media_seconds = 60.0
    words = WORDS.split()
    step = 20.0 / len(words)
    utterance = Utterance(
        session_id=session_id,
        question_id=question_ids[0],
        start=1.0,
        end=22.0,
        status=UtteranceStatus.DONE,
        text=WORDS,
        words=[
            WordJson(text=word, start=1 + i * step, end=1 + (i + 0.8) * step, confidence=0.9)
            for i, word in enumerate(words)
        ],
        language="en",
        engine="test-engine",
        confidence=0.9,
    )
    face: dict[str, object] = {"yaw": 1.5, "smile": 0.25, "score": 0.9}
    db.add_all(
        [
            session,
            utterance,
            AskedQuestion(session_id=session_id, question_id=question_ids[0], started=0, ended=30),
            AskedQuestion(session_id=session_id, question_id=question_ids[1], started=30),
            Recording(
                session_id=session_id,
                segment=0,
                connection_id=new_id(),
                state=RecordingState.COMPLETE,
                blob_key=f"recordings/{session_id}.webm",
                duration=60.0,
                size=10240,
                sha256="ab" * 32,
            ),
            Observation(session_id=session_id, at=1.0, faces=1, face=face),
            Observation(session_id=session_id, at=1.5, faces=0, face=None),
        ]
    )
    return utterance.id


@pytest.fixture
async def house(tmp_path: Path, database: Database) -> House:
    """The rooms under the strictest law."""
    return make_house(tmp_path, database, "STRICT")


def make_house(folder: Path, database: Database, jurisdiction: str) -> House:
    """The rooms under some law."""
    settings, blobs = rooms_settings(folder, jurisdiction), Blobs("memory:///")
    return House(rooms_app(settings, database, blobs), database, blobs, settings)
