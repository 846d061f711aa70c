"""Who may call what: every route of the contract, times every role, nobody, and a candidate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from service.access.guests import current_guest
from service.access.people import open_to_all
from service.access.permissions import ROLES, Permission
from service.app import create_app
from service.tables import Role
from tests.fakes.rooms import House, new_invitation, new_plan, rooms_settings

# The decision, written down a second time: a slip in the table of the code must not go unseen.
COLUMNS = "admin hr_lead reviewer hiring_manager auditor data_protection"
MAY = {
    # ............................ adm lead rev  hm  aud  dpo
    "self.use": (1, 1, 1, 1, 1, 1),
    "plans.read": (1, 1, 1, 1, 1, 0),
    "plans.write": (1, 1, 1, 0, 0, 0),
    "invitations.read": (1, 1, 1, 0, 0, 1),
    "invitations.write": (1, 1, 1, 0, 0, 0),
    "invitations.import": (1, 1, 0, 0, 0, 0),
    "cases.read": (1, 1, 1, 1, 1, 0),
    "cases.rate": (1, 1, 1, 1, 0, 0),
    "cases.assign": (1, 1, 0, 0, 0, 0),
    "decisions.write": (1, 1, 0, 1, 0, 0),
    "audit.read": (1, 0, 0, 0, 1, 1),
    "people.read": (1, 1, 0, 0, 1, 1),
    "people.write": (1, 0, 0, 0, 0, 0),
    "exports.read": (1, 1, 0, 0, 0, 1),
    "links.write": (1, 1, 0, 0, 0, 0),
    "erasure.write": (1, 0, 0, 0, 0, 1),
    "trials.read": (1, 1, 0, 0, 1, 0),
    "trials.write": (1, 1, 0, 0, 0, 0),
}
PUBLIC, CANDIDATE = "public", "candidate"
# What guards which route. A route that is not here yet is held to what it declares itself.
GUARDED = {
    ("POST", "/api/login"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", "/api/events.schema.json"): PUBLIC,
    ("POST", "/api/logout"): "self.use",
    ("GET", "/api/me"): "self.use",
    ("PATCH", "/api/me"): "self.use",
    ("GET", "/api/status"): "self.use",
    ("GET", "/api/people"): "people.read",
    ("POST", "/api/people"): "people.write",
    ("PATCH", "/api/people/{account_id}"): "people.write",
    ("GET", "/api/plans"): "plans.read",
    ("POST", "/api/plans"): "plans.write",
    ("POST", "/api/plans/outline"): "plans.write",
    ("GET", "/api/plans/{plan_id}"): "plans.read",
    ("PATCH", "/api/plans/{plan_id}"): "plans.write",
    ("GET", "/api/invitations"): "invitations.read",
    ("POST", "/api/invitations"): "invitations.write",
    ("POST", "/api/invitations/{invitation_id}/revoke"): "invitations.write",
    ("POST", "/api/invitations/import/check"): "invitations.import",
    ("POST", "/api/invitations/import"): "invitations.import",
    ("GET", "/api/invitations/import/{import_id}/links"): "invitations.import",
    ("GET", "/api/invitations/export"): "exports.read",
    ("GET", "/api/invitations/mails"): "invitations.read",
    ("POST", "/api/invitations/{invitation_id}/resend"): "invitations.write",
    ("GET", "/api/sessions/{session_id}/evidence"): "exports.read",
    ("GET", "/api/review/queue"): "cases.read",
    ("GET", "/api/review/queue/counts"): "cases.read",
    ("GET", "/api/review/queue/choices"): "cases.read",
    ("POST", "/api/review/assignments"): "cases.rate",
    ("POST", "/api/review/labels"): "cases.rate",
    ("GET", "/api/review/freezes"): "cases.read",
    ("GET", "/api/review/cases/{session_id}/freezes"): "cases.read",
    ("POST", "/api/review/cases/{session_id}/freezes"): "cases.rate",
    ("POST", "/api/review/cases/{session_id}/freezes/{freeze_id}/lift"): "cases.rate",
    ("GET", "/api/plans/{plan_id}/approval"): "plans.read",
    ("POST", "/api/plans/{plan_id}/approval"): "plans.write",
    ("GET", "/api/review/cases/{session_id}"): "cases.read",
    (
        "POST",
        "/api/review/cases/{session_id}/ratings/{competency_id}/override",
    ): "cases.rate",
    ("GET", "/api/review/cases/{session_id}/audit"): "cases.read",
    ("GET", "/api/review/cases/{session_id}/recordings/{recording_id}"): "cases.read",
    ("POST", "/api/review/cases/{session_id}/ratings/{competency_id}/verdict"): "cases.rate",
    ("POST", "/api/review/cases/{session_id}/utterances/{utterance_id}/correction"): "cases.rate",
    ("GET", "/api/review/cases/{session_id}/comments"): "cases.read",
    ("POST", "/api/review/cases/{session_id}/comments"): "cases.rate",
    ("GET", "/api/review/cases/{session_id}/decisions"): "cases.read",
    ("POST", "/api/review/cases/{session_id}/decisions"): "decisions.write",
    (
        "POST",
        "/api/review/cases/{session_id}/decisions/{decision_id}/letter",
    ): "decisions.write",
    ("GET", "/api/review/compare"): "cases.read",
    ("GET", "/api/review/cases/{session_id}/export"): "exports.read",
    ("GET", "/api/review/cases/{session_id}/links"): "links.write",
    ("POST", "/api/review/cases/{session_id}/links"): "links.write",
    ("POST", "/api/review/cases/{session_id}/links/{link_id}/revoke"): "links.write",
    ("POST", "/api/shared"): PUBLIC,
    ("GET", "/api/shared/recordings/{recording_id}"): PUBLIC,
    ("GET", "/api/audit/export"): "audit.read",
    ("GET", "/api/audit"): "audit.read",
    ("GET", "/api/audit/verify"): "audit.read",
    ("GET", "/api/live"): "cases.read",
    ("GET", "/api/live/{session_id}/events"): "cases.read",
    ("GET", "/api/trials"): "trials.read",
    ("POST", "/api/trials"): "trials.write",
    ("GET", "/api/trials/groups"): "trials.read",
    ("GET", "/api/trials/{trial_id}"): "trials.read",
    ("POST", "/api/trials/{trial_id}/stop"): "trials.write",
    ("POST", "/api/trials/{trial_id}/pass"): "trials.write",
    ("GET", "/api/adoption"): "trials.read",
    ("GET", "/api/calibration"): "trials.read",
    ("POST", "/api/calibration/samples"): "trials.write",
    ("POST", "/api/calibration/models"): "trials.write",
    ("GET", "/api/calibration/models/{model_id}"): "trials.read",
    ("POST", "/api/calibration/models/{model_id}/propose"): "trials.write",
    ("POST", "/api/calibration/models/{model_id}/publish"): "trials.write",
    ("POST", "/api/calibration/models/{model_id}/drop"): "trials.write",
    ("GET", "/api/sheets"): "cases.rate",
    ("POST", "/api/sheets"): "cases.rate",
    ("GET", "/api/sheets/{session_id}"): "cases.rate",
    ("POST", "/api/sheets/{session_id}/lock"): "cases.rate",
    ("GET", "/api/candidate/interview"): CANDIDATE,
    ("POST", "/api/candidate/consent"): CANDIDATE,
    ("GET", "/api/candidate/ice"): CANDIDATE,
    ("POST", "/api/candidate/whip"): CANDIDATE,
    ("PATCH", "/api/candidate/whip/{connection_id}"): CANDIDATE,
    ("DELETE", "/api/candidate/whip/{connection_id}"): CANDIDATE,
    ("POST", "/api/candidate/advance"): CANDIDATE,
    ("POST", "/api/candidate/finish"): CANDIDATE,
}
PAGES = {"/", "/join", "/join/", "/hr", "/hr/{path:path}"}  # empty shells, outside the contract
UNKNOWN = "00000000-0000-7000-8000-000000000000"
REFUSED = {401, 403}
Key = tuple[str, str]


def guards(dependant: Dependant) -> Iterator[str]:
    """What a route declares: permissions, `candidate`, `public`."""
    for each in dependant.dependencies:
        if permission := getattr(each.call, "__dict__", {}).get("permission"):
            yield str(permission)
        if each.call is current_guest:
            yield CANDIDATE
        if each.call is open_to_all:
            yield PUBLIC
        yield from guards(each)


def declared(app: FastAPI) -> dict[Key, set[str]]:
    """What every route declares, by method and path."""
    return {
        (method, str(route.path)): set(guards(route.dependant))
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
    }


@pytest.fixture
def whole(house: House) -> House:
    """The whole service on a test's database; its pool and live room stay shut."""
    app = create_app(house.settings)
    for name in ("settings", "database", "blobs", "engines"):
        setattr(app.state, name, getattr(house.app.state, name))
    return House(app, house.database, house.blobs, house.settings)


def contract(app: FastAPI) -> list[Key]:
    """Every method and path of the OpenAPI document."""
    return [(m.upper(), path) for path, ways in app.openapi()["paths"].items() for m in ways]


def test_every_route_of_the_contract_declares_exactly_one_guard(tmp_path: Path) -> None:
    app = create_app(rooms_settings(tmp_path))
    found = declared(app)
    keys = contract(app)
    assert len(keys) >= len(GUARDED)
    assert {key: found[key] for key in keys if len(found[key]) != 1} == {}
    assert {path for (_, path), guard in found.items() if not guard} == PAGES
    assert {key: found.get(key) for key in GUARDED} == {key: {g} for key, g in GUARDED.items()}


def test_a_route_that_declares_nothing_would_be_found() -> None:
    app = FastAPI()

    @app.get("/api/forgotten")
    async def forgotten() -> None:
        """No guard."""

    assert declared(app)["GET", "/api/forgotten"] == set()


def test_the_table_is_the_one_that_was_decided() -> None:
    roles = [Role(name) for name in COLUMNS.split()]
    assert set(roles) == set(Role)
    written = {
        name: {r for r, yes in zip(roles, row, strict=True) if yes} for name, row in MAY.items()
    }
    assert {permission.value: set(found) for permission, found in ROLES.items()} == written
    assert set(ROLES) == set(Permission)


async def call(client: httpx.AsyncClient, key: Key) -> tuple[int, str]:
    """Status and code of a call with nothing real in it. What lies behind the guard may fail."""
    method, path = key
    url = "/".join(UNKNOWN if part.startswith("{") else part for part in path.split("/"))
    answer = await client.request(method, url, json=None if method == "GET" else {})
    is_json = "json" in answer.headers.get("content-type", "")
    body = answer.json() if is_json and answer.content else None
    return answer.status_code, body.get("code", "") if isinstance(body, dict) else ""


def told(key: Key, code: str) -> str:
    """The code that a refusal carries: an answer to HEAD has no body (RFC 9110, 9.3.2)."""
    return "" if key[0] == "HEAD" else code


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_passes_where_it_may_and_nowhere_else(whole: House, role: Role) -> None:
    column = COLUMNS.split().index(role.value)
    found = declared(whole.app)
    seen = 0
    for key in contract(whole.app):
        (guard,) = found[key]
        if guard == PUBLIC:
            continue
        async with await whole.login(role) as client:  # anew: one of the routes logs out
            status, code = await call(client, key)
        if guard == CANDIDATE:
            assert (status, code) == (401, told(key, "invitation_unknown")), key
        elif MAY[guard][column]:
            assert status not in REFUSED, (key, status, code)
        else:
            assert (status, code) == (403, told(key, "forbidden")), key
        seen += 1
    assert seen > 25


async def test_nobody_passes_anywhere(whole: House) -> None:
    found = declared(whole.app)
    async with whole.client({"X-Candor-Request": "1"}) as client:
        for key in contract(whole.app):
            (guard,) = found[key]
            expected = {CANDIDATE: "invitation_unknown"}.get(guard, "unauthorized")
            if guard != PUBLIC:
                assert await call(client, key) == (401, told(key, expected)), key


async def test_a_candidate_passes_to_their_own_interview_only(whole: House) -> None:
    async with await whole.login(Role.ADMIN) as client:
        made = await new_invitation(client, await new_plan(client))
    found = declared(whole.app)
    async with whole.guest(str(made["token"])) as guest:
        guest.headers["X-Candor-Request"] = "1"
        for key in contract(whole.app):
            (guard,) = found[key]
            if guard not in {CANDIDATE, PUBLIC}:
                assert await call(guest, key) == (401, "unauthorized"), key
        assert (await call(guest, ("GET", "/api/candidate/interview")))[0] == 200


async def test_a_change_needs_the_intent_header_whoever_asks(whole: House) -> None:
    found = declared(whole.app)
    for key in contract(whole.app):
        (guard,) = found[key]
        if guard in {CANDIDATE, PUBLIC} or key[0] == "GET":
            continue
        async with await whole.login(Role.ADMIN) as client:
            del client.headers["X-Candor-Request"]
            assert await call(client, key) == (403, "forbidden"), key


def test_every_refusal_a_route_documents_is_a_problem_document(tmp_path: Path) -> None:
    paths = create_app(rooms_settings(tmp_path)).openapi()["paths"]
    for path, methods in paths.items():
        for operation in methods.values():
            refusals = {code: r for code, r in operation["responses"].items() if code >= "400"}
            for code, refusal in refusals.items():
                assert list(refusal["content"]) == ["application/problem+json"], (path, code)
