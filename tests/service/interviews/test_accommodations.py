"""Accommodations: chosen by the candidate or with the invitation, obeyed, and seen by no rater."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from service.access.accommodations import NO_LIMIT, Adjustments, ExtraTime
from service.app import create_app
from service.audit import Tag, move
from service.live.facts import read_facts
from service.live.tools import Tools
from service.tables import Accommodation, Role, Session, SessionState
from tests.fakes.live import scripted_pool
from tests.fakes.rooms import House, give_consent, held_interview, new_invitation, new_plan

ROOT = Path(__file__).parents[3]
CHOICE = {"extra_time": "1.5", "text_answers": True, "captions_always": True, "breaks": True}


@pytest.mark.parametrize(
    ("extra", "allowed"), [("1", 90), ("1.25", 113), ("1.5", 135), ("2", 180), ("none", NO_LIMIT)]
)
def test_time_is_lengthened_and_rounded_up(extra: ExtraTime, allowed: int) -> None:
    assert Adjustments(extra).allowed(90) == allowed


async def test_a_candidate_chooses_and_the_servers_clock_obeys(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        made = await new_invitation(client, await new_plan(client))
    async with house.guest(str(made["token"])) as guest:
        before = (await guest.get("/api/candidate/interview")).json()
        after = (await guest.put("/api/candidate/accommodations", json=CHOICE)).json()
        again = await guest.put("/api/candidate/accommodations", json={"extra_time": "3"})
    assert before["accommodations"] == dict(
        extra_time="1", text_answers=False, captions_always=False, breaks=False
    )
    assert after["accommodations"] == CHOICE
    assert [q["seconds"] for q in before["questions"]] == [120, 90]
    assert [q["seconds"] for q in after["questions"]] == [180, 135]
    assert (before["max_seconds"], after["max_seconds"]) == (7200, 10800)
    assert again.status_code == 422
    tools = Tools(
        house.settings, house.database, house.blobs, scripted_pool(), house.app.state.engines
    )
    async with house.database.reading() as db:
        facts = await read_facts(db, UUID(str(made["session_id"])), tools)
    assert facts is not None
    assert [question.seconds for question in facts.questions] == [180, 135]
    assert (facts.limit, facts.breaks) == (10800, True)


async def test_whoever_invites_may_say_what_is_needed(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        plan = await new_plan(client)
        made = await new_invitation(client, plan, accommodations={"extra_time": "none"})
    async with house.guest(str(made["token"])) as guest:
        view = (await guest.get("/api/candidate/interview")).json()
    assert view["accommodations"]["extra_time"] == "none"
    assert view["questions"][0]["seconds"] == NO_LIMIT


async def test_a_running_clock_is_not_lengthened_by_whom_it_runs_against(house: House) -> None:
    async with await house.login(Role.REVIEWER) as client:
        made = await new_invitation(client, await new_plan(client))
    async with house.guest(str(made["token"])) as guest:
        await give_consent(guest)
        async with house.database.writing() as db:
            session = await db.get_one(Session, UUID(str(made["session_id"])))
            await move(db, session, SessionState.CONNECTING, actor="system")
            await move(db, session, SessionState.LIVE, actor="system")
        answer = await guest.put("/api/candidate/accommodations", json=CHOICE)
    assert (answer.status_code, answer.json()["code"]) == (409, "interview_running")


MARKS = ("extra_time", "text_answers", "captions_always", "accommodat")


async def test_nothing_that_people_of_the_house_see_tells_of_it(house: House) -> None:
    held = await held_interview(house)
    async with house.database.writing() as db:
        db.add(Accommodation(invitation_id=held.invitation_id, extra_time="2", breaks=True))
    routes = [
        "/api/invitations",
        "/api/review/queue",
        held.case,
        f"{held.case}/audit",
        "/api/audit?limit=1000",
        "/api/invitations/export",
        "/api/invitations/mails",
    ]
    async with await house.login(Role.ADMIN) as client:
        for route in routes:
            answer = await client.get(route)
            assert answer.status_code == 200, route
            assert not any(mark in answer.text for mark in MARKS), route


def test_no_contract_of_people_and_no_scorer_names_it() -> None:
    document = create_app().openapi()
    for path, methods in document["paths"].items():
        if path.startswith("/api/candidate/"):
            continue
        for method, operation in methods.items():
            shown = json.dumps(_opened(operation.get("responses", {}), document))
            assert not any(mark in shown for mark in MARKS), (method, path)
    for room in ("scoring", "review", "timeline", "audit"):
        for source in (ROOT / "service" / room).rglob("*.py"):
            text = source.read_text(encoding="utf-8").lower()
            assert "accommodat" not in text, source
            assert "adjustments" not in text, source
    assert not any("accommodat" in tag.value for tag in Tag)


def _opened(part: object, document: dict[str, object], depth: int = 12) -> object:
    """A part of the contract with its references followed."""
    if depth == 0:
        return None
    if isinstance(part, list):
        return [_opened(each, document, depth - 1) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        at: object = document
        for name in str(part["$ref"]).removeprefix("#/").split("/"):
            assert isinstance(at, dict)
            at = at[name]
        return _opened(at, document, depth - 1)
    return {key: _opened(value, document, depth - 1) for key, value in part.items()}
