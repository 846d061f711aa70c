"""A real server process whose API is fuzzed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.demo.material import sample_plan
from tests.browser.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("api")) as running:
        yield running


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """A candidate's token, so that their routes are reached as well."""
    plan = server.plan(sample_plan("en", "CN"))
    return server.invite(plan["id"], name="Candidate", locale="en")["token"]
