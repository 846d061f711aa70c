"""The front as an ASGI application: finds a request's worker, or asks them all."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http import HTTPStatus

import httpcore
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from service import __version__, telemetry
from service.errors import ServiceError, problem
from service.front import headers, merge, relay
from service.front.guests import Guests
from service.front.routes import Target, Way, target
from service.front.workers import Worker, Workers

HELD = 20.0  # seconds that an event stream waits for its worker
AGAIN = b"retry: 3000\n\n: not there yet\n\n"
OWN_METRICS = (
    "candor_media_worker_up",
    "candor_media_worker_restarts_total",
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
)


def not_ready() -> ServiceError:
    """The worker that a request is for is away."""
    detail = "This part of the server is starting again. Try again in a moment."
    return ServiceError("not_ready", 503, detail, headers={"Retry-After": "1"})


class Front:
    """Relays each request to the worker that it is for."""

    def __init__(self, workers: Workers, guests: Guests) -> None:
        self._workers, self._guests = workers, guests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            await self._answer(scope, receive, send)
        except ServiceError as error:
            refusal = problem(error.code, error.status, error.detail, headers=error.headers)
            await refusal(scope, receive, send)
        except relay.CallerGone:
            return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        aim = target(scope["method"], scope["path"])
        if aim.way is Way.FRONT:
            await JSONResponse({"status": "ok", "version": __version__})(scope, receive, send)
        elif aim.way is Way.ALL:
            await (await self._merged(scope, receive))(scope, receive, send)
        elif aim.is_stream and not await self._held(aim):
            await Response(AGAIN, media_type="text/event-stream")(scope, receive, send)
        else:
            answer = await self._ask_one(scope, receive, await self._candidates(scope, aim))
            try:
                await relay.give(answer, receive, send)
            finally:
                await answer.aclose()

    async def _candidates(self, scope: Scope, aim: Target) -> list[Worker]:
        """The workers that may answer, in the order of asking."""
        session_id = aim.session_id
        if aim.way is Way.GUEST:
            given = headers.value(scope["headers"], b"authorization").decode("latin-1")
            try:
                session_id = await self._guests.session(given)
            except SQLAlchemyError as error:  # to guess would begin a session in the wrong place
                raise not_ready() from error
        if session_id is not None:
            owner = self._workers.of(session_id)
            return [owner] if owner.up.is_set() else []
        return list(self._workers.up() if aim.way is Way.FIRST else self._workers.round())

    async def _held(self, aim: Target) -> bool:
        """Wait for the session's worker; whether it is there."""
        if aim.session_id is None:
            return True
        with suppress(TimeoutError):
            async with asyncio.timeout(HELD):
                return await self._workers.of(aim.session_id).up.wait()
        return False

    async def _ask_one(
        self, scope: Scope, receive: Receive, candidates: list[Worker]
    ) -> httpcore.Response:
        for worker in candidates:
            try:
                return await relay.ask(scope, receive, worker)
            except relay.WorkerGone as gone:
                if not gone.is_harmless:
                    break
        raise not_ready()

    async def _merged(self, scope: Scope, receive: Receive) -> Response:
        asked = self._workers.up()
        scope = {**scope, "headers": headers.without_body(scope["headers"])}
        found = await asyncio.gather(*(self._read(scope, receive, one) for one in asked))
        answers = {
            str(worker.share.index): answer
            for worker, answer in zip(asked, found, strict=True)
            if answer is not None
        }
        bodies = [answer.content for answer in answers.values()]
        refused = next((one for one in answers.values() if one.status != HTTPStatus.OK), None)
        if refused is not None or not answers:
            return _as_it_came(refused) if refused is not None else _refusal()
        path, kind = scope["path"], _kind(next(iter(answers.values())))
        if path == "/readyz":
            is_whole = len(answers) == len(self._workers.all)
            return Response(bodies[0], headers={"content-type": kind}) if is_whole else _refusal()
        if path == "/metrics":
            texts = {index: answer.content.decode() for index, answer in answers.items()}
            own = generate_latest(REGISTRY.restricted_registry(OWN_METRICS)).decode()
            return Response(merge.metrics({**texts, "front": own}), headers={"content-type": kind})
        merged = merge.sittings(bodies) if path == "/api/live" else merge.status(bodies)
        return Response(merged, headers={"content-type": kind})

    async def _read(
        self, scope: Scope, receive: Receive, worker: Worker
    ) -> httpcore.Response | None:
        try:
            answer = await relay.ask(scope, receive, worker)
            try:
                await answer.aread()
            finally:
                await answer.aclose()
        except (relay.WorkerGone, *relay.GONE) as error:
            telemetry.log().warning("media_worker_no_answer", error=type(error).__name__)
            return None
        return answer


def _refusal() -> Response:
    error = not_ready()
    return problem(error.code, error.status, error.detail, headers=error.headers)


def _kind(answer: httpcore.Response) -> str:
    found = [(name.lower(), value) for name, value in answer.headers]
    return headers.value(found, b"content-type").decode("latin-1")


def _as_it_came(answer: httpcore.Response) -> Response:
    response = Response(answer.content, answer.status)
    response.raw_headers = headers.to_caller(answer.headers)
    return response
