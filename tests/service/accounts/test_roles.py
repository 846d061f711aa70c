"""Who may call what: every route asks for a role or an invitation, save those listed here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from service.access.guests import current_guest
from service.app import create_app
from service.tables import Role
from tests.fakes.rooms import House, rooms_settings

ALL = frozenset(Role)
REVIEWERS = frozenset({Role.ADMIN, Role.REVIEWER})
AUDITORS = frozenset({Role.ADMIN, Role.AUDITOR})
PUBLIC = {
    ("POST", "/api/login"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),  # guards itself: loopback, or its own token
    ("GET", "/api/events.schema.json"),
    *(("GET", page) for page in ("/", "/join", "/join/", "/hr", "/hr/{path:path}")),  # empty shells
}
BY_INVITATION = "/api/candidate/"
MATRIX: dict[tuple[str, str], frozenset[Role]] = {
    ("POST", "/api/logout"): ALL,
    ("GET", "/api/me"): ALL,
    ("PATCH", "/api/me"): ALL,
    ("GET", "/api/plans"): ALL,
    ("POST", "/api/plans"): REVIEWERS,
    ("GET", "/api/plans/{plan_id}"): ALL,
    ("GET", "/api/invitations"): REVIEWERS,
    ("POST", "/api/invitations"): REVIEWERS,
    ("POST", "/api/invitations/{invitation_id}/revoke"): REVIEWERS,
    ("GET", "/api/review/queue"): ALL,
    ("GET", "/api/review/cases/{session_id}"): ALL,
    (
        "POST",
        "/api/review/cases/{session_id}/ratings/{competency_id}/override",
    ): REVIEWERS,
    ("GET", "/api/review/cases/{session_id}/audit"): ALL,
    ("GET", "/api/review/cases/{session_id}/recordings/{recording_id}"): ALL,
    ("GET", "/api/audit"): AUDITORS,
    ("GET", "/api/audit/verify"): AUDITORS,
}
UNKNOWN = "00000000-0000-7000-8000-000000000000"


def routes(app: FastAPI) -> Iterator[tuple[tuple[str, str], Dependant]]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            for method in route.methods or ():
                yield (method, str(route.path)), route.dependant


def guards(dependant: Dependant) -> Iterator[object]:
    """What stands before a route: sets of roles, and `current_guest`."""
    for each in dependant.dependencies:
        if roles := getattr(each.call, "__dict__", {}).get("roles"):
            yield frozenset(roles)
        if each.call is current_guest:
            yield current_guest
        yield from guards(each)


def test_no_route_of_the_whole_service_is_unguarded(tmp_path: Path) -> None:
    app = create_app(rooms_settings(tmp_path))
    found = {key: set(guards(dependant)) for key, dependant in routes(app)}
    assert len(found) > len(MATRIX)
    assert {key for key, guard in found.items() if not guard} == PUBLIC
    for (method, path), guard in found.items():
        if path.startswith(BY_INVITATION):
            assert guard == {current_guest}, (method, path)


def test_the_roles_are_those_of_the_table(house: House) -> None:
    found = {
        key: guard
        for key, dependant in routes(house.app)
        for guard in guards(dependant)
        if guard is not current_guest
    }
    assert found == MATRIX


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_passes_where_it_may_and_nowhere_else(house: House, role: Role) -> None:
    for (method, path), allowed in MATRIX.items():
        async with await house.login(role) as client:
            url = path.replace("{", "").replace("}", "")
            for name in ("plan_id", "invitation_id", "session_id", "competency_id", "recording_id"):
                url = url.replace(name, UNKNOWN)
            body = {"level": 3, "reason": "long enough", "evidence": [], "replaces": None}
            answer = await client.request(
                method, url, json=None if method == "GET" else body | {"locale": "en"}
            )
        if role in allowed:
            assert answer.status_code in {200, 204, 404, 422}, (method, path, answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)


async def test_nobody_and_candidates_pass_nowhere(house: House) -> None:
    async with house.client({"Authorization": "Bearer x", "X-Candor-Request": "1"}) as client:
        for method, path in MATRIX:
            answer = await client.request(method, path.replace("{", "").replace("}", ""), json={})
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), path


def test_every_refusal_a_route_documents_is_a_problem_document(tmp_path: Path) -> None:
    paths = create_app(rooms_settings(tmp_path)).openapi()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            refusals = {code: r for code, r in operation["responses"].items() if code >= "400"}
            for code, refusal in refusals.items():
                assert list(refusal["content"]) == ["application/problem+json"], (path, code)
