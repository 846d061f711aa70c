"""One request's way to a worker and back: bodies stream, nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpcore
from starlette.types import Receive, Scope, Send

from service.access.people import SAFE_METHODS
from service.errors import ServiceError
from service.front import headers
from service.front.workers import Worker

MOST_BODY = 4 << 20  # bytes; nothing that the application takes comes near
SMALL = 64 << 10  # bytes that are passed on without looking whether the caller is still there
# Seconds. The longest silence of a worker is its wait for a session's recovery (30).
TIMEOUTS = {"connect": 5.0, "read": 120.0, "write": 30.0, "pool": 5.0}
GONE = (httpcore.NetworkError, httpcore.RemoteProtocolError, httpcore.TimeoutException)


class WorkerGone(Exception):
    """The worker did not answer. `is_harmless`: the request may be sent to another one."""

    def __init__(self, *, is_harmless: bool) -> None:
        super().__init__("the worker did not answer")
        self.is_harmless = is_harmless


class CallerGone(Exception):
    """The caller left before the request was complete."""


async def ask(scope: Scope, receive: Receive, worker: Worker) -> httpcore.Response:
    """Send the request; the response, whose body is still to be read, and which is to be closed.

    Raises WorkerGone, CallerGone, ServiceError 400 and 413.
    """
    given = headers.to_worker(scope)
    body = _body(receive) if _has_body(given) else b""
    target = scope["raw_path"]
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    url = httpcore.URL(scheme=b"http", host=b"worker", port=None, target=target)
    request = httpcore.Request(
        scope["method"], url, headers=given, content=body, extensions={"timeout": TIMEOUTS}
    )
    try:
        return await worker.pool.handle_async_request(request)
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise WorkerGone(is_harmless=True) from error
    except GONE as error:
        is_harmless = scope["method"] in SAFE_METHODS and body == b""
        raise WorkerGone(is_harmless=is_harmless) from error
    except httpcore.LocalProtocolError as error:
        raise ServiceError("bad_request", 400, "The request's headers are malformed.") from error


def _has_body(given: headers.Headers) -> bool:
    """A request has one exactly if it says how it is framed (RFC 9112, 6)."""
    length = headers.value(given, b"content-length")
    if length.isdigit() and int(length) > MOST_BODY:
        raise _too_large()
    return length not in {b"", b"0"} or headers.value(given, b"transfer-encoding") != b""


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        piece = message.get("body", b"")
        size += len(piece)
        if size > MOST_BODY:
            raise _too_large()
        if piece:
            yield piece
        more = message.get("more_body", False)


def _too_large() -> ServiceError:
    return ServiceError("too_large", 413, f"A request may hold {MOST_BODY} bytes at most.")


async def give(answer: httpcore.Response, receive: Receive, send: Send) -> None:
    """Pass the response on as it comes; a body that breaks off breaks off there, too."""
    given = headers.to_caller(answer.headers)
    length = headers.value(given, b"content-length")
    await send({"type": "http.response.start", "status": answer.status, "headers": given})
    if length.isdigit() and int(length) <= SMALL:
        await _pour(answer, send)
        return
    pouring = asyncio.ensure_future(_pour(answer, send))
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait({pouring, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not pouring.done():
            pouring.cancel()
        with suppress(asyncio.CancelledError):
            await pouring


async def _pour(answer: httpcore.Response, send: Send) -> None:
    with suppress(*GONE):  # left incomplete: the server closes the caller's connection
        async for piece in answer.aiter_stream():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
