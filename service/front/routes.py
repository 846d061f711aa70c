"""Which media workers a request is for, by its method and path alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

CANDIDATE, LIVE = "/api/candidate/", "/api/live/"


class Way(Enum):
    """Where a request goes."""

    ANY = "any"  # each worker in turn
    FIRST = "first"  # always the same one, while it lives: it counts
    ALL = "all"  # their answers are put together
    GUEST = "guest"  # the worker that has the session of the bearer's invitation
    SESSION = "session"  # the worker that has the session named
    FRONT = "front"  # answered by the front itself


@dataclass(frozen=True, slots=True)
class Target:
    """A way, with the session where the path names one."""

    way: Way
    session_id: UUID | None = None
    is_stream: bool = False  # of events: browsers do not ask again after a refusal


ANY = Target(Way.ANY)
EXACT = {
    ("GET", "/healthz"): Target(Way.FRONT),
    ("GET", "/readyz"): Target(Way.ALL),
    ("GET", "/metrics"): Target(Way.ALL),
    ("GET", "/api/live"): Target(Way.ALL),
    ("GET", "/api/status"): Target(Way.ALL),
    ("POST", "/api/login"): Target(Way.FIRST),
}


def target(method: str, path: str) -> Target:
    """`path` is percent-decoded, as the application sees it."""
    found = EXACT.get((method, path))
    if found is not None:
        return found
    if path.startswith(CANDIDATE):
        return Target(Way.GUEST)
    if path.startswith(LIVE):
        name, _, rest = path[len(LIVE) :].partition("/")
        try:
            return Target(Way.SESSION, UUID(name), is_stream=rest == "events")
        except ValueError:
            return ANY  # which refuses it in its own words
    return ANY
