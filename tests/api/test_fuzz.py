"""Whatever is sent to the API, it answers as its OpenAPI document says, and never with a 5xx."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import create_app
from tests.browser.server import Server

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12


@schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag")
def as_bytes(context: object, value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


# Logging out would end the login that the other routes are called with.
schema = schemathesis.openapi.from_dict(create_app().openapi()).exclude(path="/api/logout")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
def test_every_route_keeps_its_word(case: schemathesis.Case, server: Server, token: str) -> None:
    headers = {"X-Candor-Request": "1"}
    if case.operation.path.startswith("/api/candidate"):
        headers["Authorization"] = f"Bearer {token}"
    cookies = dict(server.hr.cookies)
    answer = case.call(server.url, headers=headers, cookies=cookies, timeout=20)
    case.validate_response(answer, checks=CHECKS)
