"""A live room behind its HTTP, on a scripted pool, and candidates to enter it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from uuid import UUID

import httpx
import numpy as np
from fastapi import FastAPI

from models.types import (
    FACE,
    PARTIAL,
    TRANSCRIBE,
    VAD,
    Box,
    Face,
    FaceResult,
    LookResult,
    TranscribeRequest,
    Transcript,
    VadRequest,
    VadResult,
    Word,
)
from service.access.engines import EngineInfo, EngineReport
from service.blobs import Blobs
from service.db import Database
from service.interviews import invitations, plans
from service.interviews.schemas import InvitationDraft, PlanDraft
from service.journal import endpoints as journal
from service.journal.service import Allowance, Journal
from service.live import endpoints
from service.live.client import CandidateClient, Clip
from service.live.room import LiveRoom
from service.live.tools import Patience, Tools
from service.settings import Settings
from service.shares import WHOLE, Share
from service.tables import utc_now
from tests.fakes.peers import settle
from tests.fakes.pool import FakePool
from tests.fakes.rooms import House, rooms_app

QUESTIONS = ("Tell us about a project.", "Why this job?")
ENGINES = EngineReport((("en", EngineInfo("test-engine", False, "made up")),))


def energy_vad(request: VadRequest) -> VadResult:
    """Loud is speech."""
    frames = np.frombuffer(request.pcm, np.int16).astype(float).reshape(-1, 512)
    loud = np.abs(frames).mean(axis=1) > 300
    return VadResult(tuple(0.9 if one else 0.05 for one in loud), b"state")


def transcript(request: TranscribeRequest) -> Transcript:
    """Says how long the clip was."""
    seconds = len(request.pcm) / 32_000
    text = f"heard {seconds:.1f}"
    words = (Word("heard", 0.1, 0.3, 0.9), Word(f"{seconds:.1f}", 0.3, 0.5, 0.8))
    return Transcript(text, words, request.language, "test-engine", "1", False, 0.85)


def scripted_pool() -> FakePool:
    face = Face(Box(0.4, 0.3, 0.2, 0.3), 0.99, yaw=1.0)
    pool = FakePool()
    pool.reply(VAD, energy_vad).reply(TRANSCRIBE, transcript).reply(PARTIAL, transcript)
    return pool.reply(FACE, LookResult(FaceResult((face,), 0.5, ("test-face",))))


@dataclass
class LiveHouse:
    """The application with its live room open."""

    house: House
    room: LiveRoom
    pool: FakePool
    closed: list[UUID] = field(default_factory=list)

    @property
    def database(self) -> Database:
        return self.house.database

    async def invite(self, *, jurisdiction: str = "CN") -> tuple[str, UUID]:
        """A new candidate: their token and session."""
        draft = PlanDraft.model_validate(
            {
                "title": "Engineer",
                "language": "en",
                "jurisdiction": jurisdiction,
                "competencies": [
                    {
                        "key": "craft",
                        "name": "Craft",
                        "anchors": {"1": "none", "3": "some", "5": "much"},
                    }
                ],
                "questions": [{"text": text, "seconds": 60} for text in QUESTIONS],
            }
        )
        async with self.database.writing() as db:
            plan = await plans.create(db, draft, actor=None, max_seconds=7200)
            made = await invitations.create(
                db,
                InvitationDraft(
                    plan_id=plan.id,
                    candidate_name="Ada",
                    candidate_email="ada@example.org",
                    locale="en",
                    expires_at=utc_now() + timedelta(days=1),
                ),
                actor=None,
                settings=self.house.settings,
            )
        return made.token, made.session_id

    def candidate(self, token: str, clip: Clip) -> CandidateClient:
        return CandidateClient("http://test.example", token, clip, http=self.house.client())

    def guest(self, token: str) -> httpx.AsyncClient:
        return self.house.guest(token)


@dataclass
class HouseKeeper:
    """Opens and closes live rooms over one database, as restarts of a server would."""

    settings: Settings
    database: Database
    pool: FakePool
    engines: EngineReport = ENGINES
    patience: Patience = field(default_factory=Patience)
    share: Share = WHOLE

    def app(self) -> FastAPI:
        app = rooms_app(self.settings, self.database, Blobs(self.settings.blobs))
        app.state.engines = self.engines
        app.include_router(endpoints.router)
        app.include_router(journal.router)
        return app

    @asynccontextmanager
    async def open(self) -> AsyncIterator[LiveHouse]:
        app = self.app()
        closed: list[UUID] = []

        async def on_closed(session_id: UUID) -> None:
            closed.append(session_id)

        tools = Tools(
            settings=self.settings,
            database=self.database,
            blobs=app.state.blobs,
            pool=self.pool,
            engines=self.engines,
            on_closed=on_closed,
            patience=self.patience,
            share=self.share,
        )
        async with LiveRoom(tools) as room:
            app.state.live = room
            app.state.journal = Journal(
                self.settings, self.database, app.state.blobs, room.mender, Allowance(monotonic)
            )
            await room.recovered.wait()
            house = House(app, self.database, app.state.blobs, self.settings)
            yield LiveHouse(house, room, self.pool, closed)
        await settle()
