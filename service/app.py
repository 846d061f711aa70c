"""The composition root: chooses adapters, opens everything, closes it in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from fastapi import FastAPI

from models import catalog, weights
from models.local_pool import LocalPool
from models.pool import Pool
from models.types import COMPARE, Compared, CompareRequest, ModelPlan
from service import __version__, errors, migrations, pages, telemetry
from service.access.engines import EngineInfo, EngineReport, FaceEngines
from service.accounts.endpoints import router as accounts
from service.blobs import Blobs
from service.db import Database
from service.decide.endpoints import router as deciding
from service.decide.post import LetterPost
from service.export.endpoints import router as exporting
from service.export.shared_endpoints import router as sharing
from service.interviews.bulk.endpoints import router as inviting
from service.interviews.bulk.post import Post
from service.interviews.endpoints import router as interviews
from service.journal.endpoints import router as journal
from service.journal.service import Allowance, Journal
from service.live.endpoints import router as live
from service.live.events import RatingEvent
from service.live.room import LiveRoom
from service.live.tools import Tools
from service.mail import mailer_of
from service.operations.endpoints import router as operations
from service.outbox.sender import Sender
from service.proof.endpoints import router as proof
from service.recall.endpoints import router as recall
from service.review import second
from service.review.endpoints import router as review
from service.review.scoring import rate_session
from service.review.work_endpoints import router as working
from service.rights.endpoints import router as rights
from service.rights.erasing import Eraser
from service.rights.keeper import Keeper
from service.settings import Settings
from service.shares import WHOLE, Share
from service.trials.adoption_endpoints import router as adoption
from service.trials.assignment import assign
from service.trials.calibration_endpoints import router as calibration
from service.trials.endpoints import router as trials
from service.trials.sheet_endpoints import router as sheets
from service.written.endpoints import router as written

LANGUAGES = ("zh", "en")
COMPARING = 60.0  # seconds for the sentences of one answer; live work goes first


@dataclass(frozen=True, slots=True)
class Adapters:
    """What the application stands on; tests bring their own."""

    pool: Pool
    engines: EngineReport


def model_settings(settings: Settings) -> weights.ModelSettings:
    """How models are to be found under these settings."""
    return weights.ModelSettings(
        cache=settings.model_cache,
        folder=settings.models_dir,
        whisper_size=settings.whisper_size,
        device=settings.device,
        allow_download=settings.allow_download,
        threads=settings.threads,
        trim=settings.whisper_trim,
        expression=settings.expression_allowed,
    )


def report_engines(plan: ModelPlan, settings: Settings) -> EngineReport:
    """Which engine serves which language, from what was found on this machine."""
    faces = FaceEngines(
        detector=plan.face_detector.id if plan.face_detector else None,
        mesh=plan.face_mesh.id if plan.face_mesh else None,
        expression=plan.expression.id if plan.expression else None,
        expression_allowed=settings.expression_allowed,
    )
    return EngineReport(tuple((one, _engine(plan, one)) for one in LANGUAGES), faces)


def _engine(plan: ModelPlan, language: str) -> EngineInfo:
    found = plan.transcriber_for(language)
    if found is None:
        return EngineInfo(None)
    with suppress(KeyError):
        entry = catalog.by_id(found.id)
        return EngineInfo(found.id, entry.is_fallback, entry.quality, found.hears_live)
    return EngineInfo(found.id, False, "")


def build_adapters(settings: Settings) -> Adapters:
    """The real ones: worker processes over the models found on this machine."""
    plan = weights.resolve(model_settings(settings))
    pool = LocalPool(plan, workers=settings.workers)
    return Adapters(pool, report_engines(plan, settings))


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open database, blobs, pool and live room; close them in the opposite order."""
    settings = cast(Settings, app.state.settings)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.database))
        share = cast(Share, app.state.share)
        if database.is_sqlite and share.of == 1:  # of several workers, the front has seen to it
            await migrations.upgrade(database)
        adapters = cast(Adapters | None, app.state.adapters)
        if adapters is None:
            adapters = await asyncio.to_thread(build_adapters, settings)
        blobs = Blobs(settings.blobs)
        pool = await stack.enter_async_context(adapters.pool)
        told = app.state.on_closed = _rater(app)
        asking = second.asker(settings)
        app.state.opinions = second.Opinions(database, asking) if asking else None
        tools = Tools(
            settings, database, blobs, pool, adapters.engines, on_closed=told, share=share
        )
        app.state.database, app.state.blobs, app.state.pool = database, blobs, pool
        app.state.engines = adapters.engines
        app.state.live = LiveRoom(tools)
        await stack.enter_async_context(app.state.live)
        app.state.journal = Journal(
            settings, database, blobs, app.state.live.mender, Allowance(time.monotonic)
        )
        if app.state.opinions is not None:
            opining = asyncio.create_task(app.state.opinions.run(), name="opinions")
            stack.callback(opining.cancel)
        watchdog = asyncio.create_task(telemetry.watch_loop(), name="watchdog")
        stack.callback(watchdog.cancel)
        if share.index == 0:  # one sender is enough; others would only ask in vain
            post = Post(database, mailer_of(settings), settings)
            sender = asyncio.create_task(post.run(), name="post")
            stack.callback(sender.cancel)
            letters = LetterPost(database, mailer_of(settings))
            writing = asyncio.create_task(letters.run(), name="letters")
            stack.callback(writing.cancel)
            if settings.webhook_url:
                telling = asyncio.create_task(Sender(database, settings).run(), name="webhooks")
                stack.callback(telling.cancel)
            app.state.keeper = Keeper(Eraser(database, blobs, settings))
            keeping = asyncio.create_task(app.state.keeper.run(), name="keeper")
            stack.callback(keeping.cancel)
        _announce(adapters.engines)
        yield


def _rater(app: FastAPI) -> Callable[[UUID], Awaitable[None]]:
    """Rate a session that has closed, or has got its last transcripts, and tell who watches."""

    async def compare(request: CompareRequest) -> Compared:
        pool = cast(Pool, app.state.pool)
        return await pool.infer(COMPARE, request, deadline=COMPARING)

    async def rate(session_id: UUID) -> None:
        database, room = cast(Database, app.state.database), cast(LiveRoom, app.state.live)
        await assign(database, session_id)
        for row in await rate_session(database, session_id, compare):
            if row.is_current:
                event = RatingEvent(
                    session_id=session_id, competency_id=row.competency_id, level=row.level
                )
                room.tools.bus.publish(session_id, event)
        if app.state.opinions is not None:
            app.state.opinions.add(session_id)

    return rate


def _announce(engines: EngineReport) -> None:
    for language, info in engines.speech:
        telemetry.log().info(
            "engine_found" if info.engine else "engine_missing",
            language=language,
            engine=info.engine,
            is_fallback=info.is_fallback,
        )


def create_app(
    settings: Settings | None = None, adapters: Adapters | None = None, *, share: Share = WHOLE
) -> FastAPI:
    """The application. Nothing is opened until its lifespan starts.

    `share`: which sessions are its own, where several processes serve one database.
    """
    app = FastAPI(
        title="Candor",
        version=__version__,
        summary="Real-time AI video interviews whose scores people can see into and change",
        lifespan=lifespan,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.settings = settings or Settings()
    app.state.adapters = adapters
    app.state.share = share
    errors.install(app)
    app.include_router(written)
    app.include_router(recall)
    app.include_router(journal)
    app.include_router(rights)
    for router in (
        operations,
        accounts,
        inviting,
        interviews,
        live,
        review,
        working,
        deciding,
        exporting,
        sharing,
        proof,
        trials,
        sheets,
        adoption,
        calibration,
    ):
        app.include_router(router)
    pages.install(app)
    return app
