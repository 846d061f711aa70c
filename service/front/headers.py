"""Headers on their way through: what belongs to one connection stays there (RFC 9110, 7.6.1)."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import Scope

Headers = list[tuple[bytes, bytes]]
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"upgrade",
    }
)
# What a caller says about themselves; the address that uvicorn believes is put in its place.
CLAIMED = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"})
# The front has already told the caller to go on.
ANSWERED = frozenset({b"expect"})
FRAMING = frozenset({b"transfer-encoding"})  # each connection has its own; asked anew by httpcore


def _named(headers: Headers) -> set[bytes]:
    """The headers that Connection declares as its own."""
    values = (value for name, value in headers if name == b"connection")
    return {one.strip().lower() for value in values for one in value.split(b",")}


def _without(headers: Iterable[tuple[bytes, bytes]], dropped: frozenset[bytes]) -> Headers:
    lowered = [(name.lower(), value) for name, value in headers]
    own = HOP_BY_HOP | dropped | _named(lowered)
    return [(name, value) for name, value in lowered if name not in own]


def to_worker(scope: Scope) -> Headers:
    """The request's headers for a worker, with who sent it."""
    found = _without(scope["headers"], CLAIMED | ANSWERED)
    client = scope.get("client")
    if client:
        found.append((b"x-forwarded-for", str(client[0]).encode()))
    found.append((b"x-forwarded-proto", str(scope["scheme"]).encode()))
    if not any(name == b"host" for name, _ in found):
        found.append((b"host", b"candor"))  # HTTP/1.0 does without, 1.1 does not
    return found


def without_body(given: Iterable[tuple[bytes, bytes]]) -> Headers:
    """For a question that is asked several times: a body can be read once only."""
    return [(name, value) for name, value in given if name not in FRAMING | {b"content-length"}]


def to_caller(headers: Headers) -> Headers:
    """A worker's headers for the caller."""
    return _without(headers, FRAMING)


def value(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The first value of a header in lower case; b"" where it is missing."""
    return next((one for key, one in headers if key == name), b"")
