"""Health, readiness, metrics and status."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from models.pool import Pool
from service import __version__, telemetry
from service.access.deps import DatabaseDep, Read, SettingsDep
from service.access.docs import responses
from service.access.engines import EngineReport
from service.access.people import PUBLIC, AnyPerson
from service.errors import ServiceError
from service.operations import queries
from service.operations.schemas import FaceEngine, Health, PoolView, SpeechEngine, Status

router = APIRouter(tags=["operations"])


def get_pool(request: Request) -> Pool:
    """The pool that the composition root opened."""
    return cast(Pool, request.app.state.pool)


def get_engines(request: Request) -> EngineReport:
    """The engines that the composition root found."""
    return cast(EngineReport, request.app.state.engines)


@router.get("/healthz", dependencies=[PUBLIC])
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", dependencies=[PUBLIC], responses=responses(503))
async def readyz(database: DatabaseDep, pool: Annotated[Pool, Depends(get_pool)]) -> Health:
    """The database answers and at least one inference worker lives."""
    if not await database.is_ready():
        raise ServiceError("not_ready", 503, "The database does not answer.")
    if pool.load().alive < 1:
        raise ServiceError("not_ready", 503, "No inference worker is alive yet.")
    return Health(status="ok", version=__version__)


def _is_local(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


@router.get(
    "/metrics",  # guards itself: loopback, or its own token
    dependencies=[PUBLIC],
    response_class=Response,
    responses=responses(403),
)
async def metrics(
    request: Request,
    settings: SettingsDep,
    pool: Annotated[Pool, Depends(get_pool)],
    authorization: Annotated[str, Header()] = "",
) -> Response:
    """Prometheus metrics: for this machine, or with CANDOR_METRICS_TOKEN as a bearer token."""
    token = settings.metrics_token.get_secret_value()
    given = authorization.removeprefix("Bearer ").encode()
    if not _is_local(request) and not (token and secrets.compare_digest(given, token.encode())):
        raise ServiceError("forbidden", 403, "Metrics need CANDOR_METRICS_TOKEN from afar.")
    load = pool.load()
    telemetry.POOL_QUEUED.set(load.queued)
    telemetry.POOL_RESTARTS.set(load.restarts)
    for task, part in load.tasks.items():
        telemetry.POOL_JOBS.labels(task).set(part.done)
        telemetry.POOL_SECONDS.labels(task).set(part.worked)
        telemetry.POOL_BUSY.labels(task).set(part.busy)
    telemetry.observe_process()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/status", responses=responses(401, 403))
async def status(
    request: Request,
    db: Read,
    settings: SettingsDep,
    _: AnyPerson,
) -> Status:
    """Which engines are at work, how busy the server is, what waits."""
    engines, load = get_engines(request), get_pool(request).load()
    return Status(
        version=__version__,
        jurisdiction=settings.jurisdiction,
        transcription=[
            SpeechEngine(
                language=language,
                engine=info.engine,
                is_fallback=info.is_fallback,
                quality=info.quality,
            )
            for language, info in engines.speech
        ],
        faces=FaceEngine(
            detector=engines.faces.detector,
            mesh=engines.faces.mesh,
            expression=engines.faces.expression,
            expression_allowed=engines.faces.expression_allowed,
        ),
        live_sessions=await queries.count_live(db),
        session_limit=settings.session_limit,
        pool=PoolView(
            workers=load.workers, alive=load.alive, queued=load.queued, restarts=load.restarts
        ),
        waiting_utterances=await queries.count_unheard(db),
    )
