"""What the tests of trials do again and again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from service.review.scoring import rate_session
from service.tables import Rating, Role
from service.trials.assignment import assign
from tests.fakes.rooms import Held, House, Json, held_interview

# What SQL there is of its own kind is tried on both databases in `test_locks`.
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
JOB: Json = {"name": "Engineers, spring", "basis": "random", "gate": 0.6, "min_n": 30}
REASON = "They told what they did and what came of it."


async def started(house: House, **changes: object) -> Any:
    """A running trial, over HTTP."""
    async with await house.login(Role.HR_LEAD) as lead:
        answer = await lead.post("/api/trials", json=JOB | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rated(house: House, held: Held) -> list[Rating]:
    """What the service does when an interview is over: assign, then rate."""
    await assign(house.database, held.session_id)
    return await rate_session(house.database, held.session_id)


async def on_trial(house: House, **changes: object) -> Held:
    """An interview that a running trial took and the model rated."""
    await started(house, **changes)
    held = await held_interview(house)
    await rated(house, held)
    return held


def filled(held: Held, *levels: int, **changes: object) -> Json:
    """A whole sheet."""
    given = levels or (4, 2)
    return {
        "levels": [
            {"competency_id": each, "level": level, "reason": REASON}
            for each, level in zip(held.competency_ids, given, strict=True)
        ],
        "seconds": 0.0,
        **changes,
    }


async def opened(
    client: httpx.AsyncClient, session_id: UUID, purpose: str = "trial"
) -> httpx.Response:
    """Begin a sheet."""
    return await client.post(
        "/api/sheets", json={"session_id": str(session_id), "purpose": purpose}
    )


async def locked(client: httpx.AsyncClient, held: Held, *levels: int) -> Any:
    """A sheet opened and locked."""
    assert (await opened(client, held.session_id)).status_code == 201
    path = f"/api/sheets/{held.session_id}/lock"
    answer = await client.post(path, json=filled(held, *levels))
    assert answer.status_code == 200, answer.text
    return answer.json()


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, answer.json().get("code", "")
