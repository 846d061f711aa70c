"""A request's path says which worker it is for."""

from __future__ import annotations

from uuid import UUID

import pytest

from service.front.routes import Target, Way, target

SESSION = UUID("0198f0a0-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("method", "path", "way"),
    [
        ("GET", "/healthz", Way.FRONT),
        ("GET", "/readyz", Way.ALL),
        ("GET", "/metrics", Way.ALL),
        ("GET", "/api/live", Way.ALL),
        ("GET", "/api/status", Way.ALL),
        ("POST", "/api/login", Way.FIRST),
        ("GET", "/api/login", Way.ANY),
        ("POST", "/api/candidate/whip", Way.GUEST),
        ("PATCH", f"/api/candidate/whip/{SESSION}", Way.GUEST),
        ("POST", "/api/candidate/finish", Way.GUEST),
        ("GET", "/api/candidate/interview", Way.GUEST),
        ("GET", "/hr/queue", Way.ANY),
        ("GET", f"/api/review/cases/{SESSION}", Way.ANY),
        ("POST", "/api/plans", Way.ANY),
        ("GET", "/api/live/not-an-id/events", Way.ANY),
        ("GET", "/", Way.ANY),
    ],
)
def test_where_a_request_goes(method: str, path: str, way: Way) -> None:
    assert target(method, path) == Target(way)


def test_a_session_that_the_path_names_is_found_in_every_form() -> None:
    for name in (str(SESSION), str(SESSION).upper(), SESSION.hex):
        assert target("GET", f"/api/live/{name}/events") == Target(
            Way.SESSION, SESSION, is_stream=True
        )
    assert target("POST", f"/api/live/{SESSION}") == Target(Way.SESSION, SESSION)
