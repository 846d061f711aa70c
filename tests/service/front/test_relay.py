"""Requests and answers pass through whole, as they come, and to the right worker."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from uuid import UUID

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from service.front import asgi, relay
from service.front.asgi import Front
from service.front.guests import Guests
from service.front.workers import Worker, Workers
from service.shares import Share, owner
from service.tables import new_id
from tests.fakes.peers import until

BIG = bytes(range(256)) * 4096  # 1 MiB


@dataclass
class Application:
    """What stands behind one worker's socket, and what it saw."""

    index: int
    streams: int = 0
    sent: int = 0
    hangs: bool = True
    hung: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> Starlette:
        routes = [
            Route("/echo", self.echo, methods=["GET", "POST", "PATCH"]),
            Route("/api/login", self.who, methods=["POST"]),
            Route("/api/live", self.live),
            Route("/readyz", self.who),
            Route("/api/live/{session_id}/events", self.events),
            Route("/api/candidate/{rest:path}", self.who, methods=["GET", "POST"]),
            Route("/bytes", self.bytes),
            Route("/endless", self.endless),
            Route("/breaks", self.breaks),
            Route("/hang", self.hang, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    async def who(self, _: Request) -> Response:
        return JSONResponse(self.index)

    async def live(self, request: Request) -> Response:
        if "cookie" not in request.headers:
            return JSONResponse({"code": "unauthorized"}, 401, {"WWW-Authenticate": "x"})
        return JSONResponse([{"session_id": str(self.index)}])

    async def echo(self, request: Request) -> Response:
        body = await request.body()
        found = {
            "worker": self.index,
            "client": request.client.host if request.client else None,
            "scheme": request.url.scheme,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": dict(request.headers),
            "size": len(body),
        }
        response = JSONResponse(found, 201)
        response.headers.append("Set-Cookie", "a=1; HttpOnly")
        response.headers.append("Set-Cookie", "b=2")
        return response

    async def bytes(self, request: Request) -> Response:
        return Response(BIG, headers={"Range-Was": request.headers.get("range", "")})

    async def events(self, _: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            self.streams += 1
            try:
                yield "data: 1\n\n"
                await asyncio.sleep(600)
            finally:
                self.streams -= 1

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def endless(self, _: Request) -> Response:
        async def stream() -> AsyncIterator[bytes]:
            while True:
                self.sent += 1
                yield BIG
                await asyncio.sleep(0)  # what is sent to nobody never waits

        return StreamingResponse(stream())

    async def breaks(self, _: Request) -> Response:
        return StreamingResponse(_three(), headers={"Content-Length": "300000"})

    async def hang(self, _: Request) -> Response:
        self.hung.set()
        if self.hangs:
            await asyncio.sleep(600)
        return Response()


async def _three() -> AsyncIterator[bytes]:
    yield b"abc"
    await asyncio.sleep(0.1)


@dataclass
class Places:
    """Stands for Workers: the same questions, without processes."""

    all: list[Worker]
    turn: int = 0

    def of(self, session_id: UUID) -> Worker:
        return self.all[owner(session_id, len(self.all))]

    def up(self) -> list[Worker]:
        return [worker for worker in self.all if worker.up.is_set()]

    def round(self) -> list[Worker]:
        self.turn += 1
        start = self.turn % len(self.all)
        return [one for one in self.all[start:] + self.all[:start] if one.up.is_set()]


class KnownGuests:
    """Every token is a session's id."""

    async def session(self, authorization: str) -> UUID | None:
        return UUID(authorization.removeprefix("Bearer ")) if authorization else None


@dataclass
class House:
    """A front on a port before two workers at their sockets."""

    url: str
    applications: list[Application]
    places: Places
    servers: list[uvicorn.Server]
    front: uvicorn.Server

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=5)

    def session_of(self, index: int) -> UUID:
        return next(one for one in iter(new_id, None) if owner(one, 2) == index)

    async def fall(self, index: int) -> None:
        """A worker's process dies: its socket is there, and nobody behind it."""
        for connection in list(self.servers[index].server_state.connections):
            cast(asyncio.Transport, connection.transport).abort()
        self.servers[index].should_exit = True
        (listener,) = self.servers[index].servers
        await until(lambda: not listener.is_serving())


@asynccontextmanager
async def running(server: uvicorn.Server) -> AsyncIterator[uvicorn.Server]:
    task = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    try:
        yield server
    finally:
        server.should_exit = True
        await task


def config(app: object, **given: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=0,
        **given,  # type: ignore[arg-type]
    )


@pytest.fixture
async def house(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[House]:
    caplog.set_level(logging.CRITICAL, "uvicorn.error")
    applications = [Application(0), Application(1)]
    places = Places([Worker(Share(i, 2), tmp_path / f"{i}.sock") for i in range(2)])
    front = Front(cast(Workers, places), cast(Guests, KnownGuests()))
    async with AsyncExitStack() as stack:
        servers = []
        for one, worker in zip(applications, places.all, strict=True):
            given = {"uds": str(worker.path), "forwarded_allow_ips": "*", "date_header": False}
            server = uvicorn.Server(config(one.app(), **given))
            servers.append(await stack.enter_async_context(running(server)))
            worker.up.set()
            stack.push_async_callback(worker.pool.aclose)
        before = await stack.enter_async_context(running(uvicorn.Server(config(front, port=0))))
        port = before.servers[0].sockets[0].getsockname()[1]
        yield House(f"http://127.0.0.1:{port}", applications, places, servers, before)
        for server in [*servers, before]:
            server.should_exit = True  # all at once: each takes its time


async def test_a_request_and_its_answer_pass_whole(house: House) -> None:
    async with house.client() as client:
        sent = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Thing": "ü"}
        headers = {name: value.encode("latin-1") for name, value in sent.items()}
        answer = await client.post("/echo?a=%20b&c", content=BIG, headers=headers)
    found = answer.json()
    assert answer.status_code == 201
    assert (found["size"], found["query"], found["path"]) == (len(BIG), "a=%20b&c", "/echo")
    assert found["headers"]["x-thing"] == "ü"
    # From this machine, the server believes what a proxy of its own says.
    assert (found["client"], found["scheme"]) == ("6.6.6.6", "https")
    assert answer.headers.get_list("set-cookie") == ["a=1; HttpOnly", "b=2"]
    assert len(answer.headers.get_list("date")) == 1


async def test_a_body_of_unknown_length_streams(house: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 1000

    async with house.client() as client:
        answer = await client.patch("/echo", content=pieces())
    assert answer.json()["size"] == 3000


async def test_what_is_too_large_is_refused(house: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(relay.MOST_BODY // len(BIG) + 1):
            yield BIG

    async with house.client() as client:
        for content in (bytes(relay.MOST_BODY + 1), pieces()):
            answer = await client.post("/echo", content=content)
            assert answer.status_code == 413
            assert answer.json()["code"] == "too_large"
        assert (await client.get("/echo")).status_code == 201


async def test_ranges_and_large_answers_pass(house: House) -> None:
    async with house.client() as client:
        answer = await client.get("/bytes", headers={"Range": "bytes=5-"})
        assert answer.content == BIG
        assert answer.headers["range-was"] == "bytes=5-"
        head = await client.head("/bytes")
    assert (head.headers["content-length"], head.content) == (str(len(BIG)), b"")


async def test_no_connection_is_held_after_an_answer(house: House) -> None:
    headers = {"Cookie": "a=b"}
    async with house.client() as client:
        for path in ("/api/live", "/readyz", "/echo", "/bytes", "/breaks", "/api/live"):
            for _ in range(3):
                with suppress(httpx.RemoteProtocolError):  # one breaks off
                    await client.get(path, headers=headers)
        async with client.stream("GET", "/endless"):
            pass
    pools = [worker.pool for worker in house.places.all]
    await until(lambda: all(one.is_idle() for pool in pools for one in pool.connections))
    assert all(len(pool.connections) <= 2 for pool in pools)


async def test_each_session_has_its_worker_and_the_rest_goes_round(house: House) -> None:
    async with house.client() as client:
        for index in (0, 1, 0):
            headers = {"Authorization": f"Bearer {house.session_of(index)}"}
            for path in ("/api/candidate/whip", "/api/candidate/finish"):
                answer = await client.post(path, headers=headers, content=b"x")
                assert answer.json() == index
        seen = [(await client.get("/echo")).json()["worker"] for _ in range(4)]
        assert sorted(seen) == [0, 0, 1, 1]
        assert [(await client.post("/api/login")).json() for _ in range(4)] == [0, 0, 0, 0]


async def test_events_come_at_once_and_their_end_is_told(house: House) -> None:
    worker = house.applications[1]
    path = f"/api/live/{house.session_of(1)}/events"
    async with house.client() as client, client.stream("GET", path) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert await anext(stream.aiter_lines()) == "data: 1"
        assert worker.streams == 1
    await until(lambda: not worker.streams)  # the watcher has left: the worker is told


async def test_a_caller_who_does_not_read_holds_the_worker_up(house: House) -> None:
    async with house.client() as client, client.stream("GET", "/endless") as stream:
        pieces = stream.aiter_raw()
        await anext(pieces)
        sent = await settled(house)
        assert sent < 40  # MiB on the way, most of it in the kernel
        for _ in range(800):
            await anext(pieces)
        assert await settled(house) > sent
    await settled(house)


async def settled(house: House) -> int:
    """How much was sent once no more is."""
    before = -1
    async with asyncio.timeout(5):
        while (now := sum(one.sent for one in house.applications)) != before:
            before = now
            await asyncio.sleep(0.2)
    return now


async def test_an_answer_that_breaks_off_is_not_taken_for_whole(house: House) -> None:
    async with house.client() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/breaks")


async def test_answers_of_all_are_one(house: House) -> None:
    async with house.client() as client:
        refused = await client.get("/api/live")
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
        found = await client.get("/api/live", headers={"Cookie": "a=b"})
        assert [one["session_id"] for one in found.json()] == ["0", "1"]
        assert (await client.request("GET", "/readyz", content=b"unasked")).status_code == 200
        house.places.all[1].up.clear()
        found = await client.get("/api/live", headers={"Cookie": "a=b"})
        assert [one["session_id"] for one in found.json()] == ["0"]
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200


async def test_while_a_worker_is_away_only_its_own_sessions_wait(house: House) -> None:
    house.places.all[0].up.clear()
    async with house.client() as client:
        headers = [{"Authorization": f"Bearer {house.session_of(index)}"} for index in (0, 1)]
        away = await client.post("/api/candidate/whip", headers=headers[0])
        assert (away.status_code, away.headers["retry-after"]) == (503, "1")
        assert away.json()["code"] == "not_ready"
        assert (await client.post("/api/candidate/whip", headers=headers[1])).json() == 1
        assert [(await client.post("/api/login")).json() for _ in range(2)] == [1, 1]


async def test_a_dead_worker_that_is_not_yet_known_costs_others_nothing(house: House) -> None:
    async with house.client() as client:
        for _ in range(4):  # connections that the next requests would take
            await client.get("/echo")
        await house.fall(0)
        for method in ("GET", "POST"):
            for _ in range(3):
                answer = await client.request(method, "/echo", content=b"x" * (method == "POST"))
                assert answer.json()["worker"] == 1
        mine = {"Authorization": f"Bearer {house.session_of(0)}"}
        assert (await client.post("/api/candidate/whip", headers=mine)).status_code == 503


@pytest.mark.parametrize(("method", "expected"), [("POST", 503), ("GET", 200)])
async def test_what_may_have_been_done_is_not_done_twice(
    house: House, method: str, expected: int
) -> None:
    house.places.turn = 1  # the first worker is next
    async with house.client() as client:
        asking = asyncio.create_task(client.request(method, "/hang"))
        await house.applications[0].hung.wait()
        house.applications[1].hangs = False
        await house.fall(0)
        assert (await asking).status_code == expected


async def test_an_event_stream_waits_for_its_worker(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = house.places.all[0]
    worker.up.clear()
    path = f"/api/live/{house.session_of(0)}/events"
    async with house.client() as client:
        asyncio.get_running_loop().call_later(0.2, worker.up.set)
        async with client.stream("GET", path) as stream:
            assert await anext(stream.aiter_lines()) == "data: 1"
        worker.up.clear()
        monkeypatch.setattr(asgi, "HELD", 0.1)
        answer = await client.get(path)
    assert answer.status_code == 200  # browsers do not come back after a refusal
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert json.dumps(answer.text) == json.dumps("retry: 3000\n\n: not there yet\n\n")
