"""Who is blind to a case learns nothing of its levels, by whatever route.

Noninterference (Goguen & Meseguer 1982): every route is read once; then every level that is to be
hidden is changed in the database; then every route is read again. Whoever is blind must get the
same bytes. The same changes are seen by somebody who has locked their sheet: the test could fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from service.audit import Tag
from service.live.bus import Bus
from service.live.endpoints import _may_show, _stream
from service.live.events import RatingEvent, StateEvent
from service.tables import Role, Verdict, new_id, utc_now
from tests.fakes.rooms import Held, House, Json
from tests.service.accounts.test_roles import declared
from tests.service.trials.world import REASON, locked, on_trial, opened, sqlite_only

pytestmark = sqlite_only

# Not of one case, or never the same twice. The stream of a live interview has a test of its own.
LEFT_OUT = {"/api/audit/verify", "/api/status", "/api/live", "/api/live/{session_id}/events"}
READING = {Tag.CASE_VIEWED, Tag.RECORDING_VIEWED, Tag.INVITATIONS_EXPORTED}
HIDDEN = {
    "ratings": "level = 6 - level, score = 6 - score, low = 1.0, high = 1.5, reason = 'Changed.',"
    " detail = json_set(detail, '$.score', 1.25), evidence = '[]', abstained = NULL",
    "sheet_levels": "level = 6 - level, reason = 'Changed.'",
    "verdicts": "kind = 'set_aside', reason = 'Changed.'",
    "decisions": "outcome = 'decline', reason = 'Changed.', basis = '[]'",
    "comments": "text = 'Changed.'",
}


@dataclass(frozen=True)
class Scene:
    """An interview on trial that the model and one person have rated, and talked about."""

    house: House
    held: Held
    ids: dict[str, str]
    until: str


async def scene(house: House) -> Scene:
    held = await on_trial(house)
    async with await house.login(Role.HR_LEAD, "First") as first:
        await locked(first, held, 4, 2)
        case = (await first.get(held.case)).json()
        remark = {"text": "A strong four, I should say.", "mentions": []}
        assert (await first.post(f"{held.case}/comments", json=remark)).status_code == 201
        decided = await first.post(
            f"{held.case}/decisions",
            json={"outcome": "advance", "reason": "Good answers.", "replaces": None},
        )
        assert decided.status_code == 201, decided.text
        me = (await first.get("/api/me")).json()["id"]
        (trial,) = (await first.get("/api/trials")).json()
    async with house.database.writing() as db:
        seen_by = {"session_id": held.session_id, "account_id": UUID(me)}
        rating_id = UUID(case["ratings"][0]["id"])
        competency_id = UUID(case["ratings"][0]["competency_id"])
        db.add(Verdict(**seen_by, competency_id=competency_id, rating_id=rating_id, kind="accept"))
    ids = {
        "session_id": str(held.session_id),
        "plan_id": str(held.plan["id"]),
        "invitation_id": str(held.invitation_id),
        "competency_id": held.competency_ids[0],
        "recording_id": case["recordings"][0]["id"],
        "decision_id": decided.json()[0]["id"],
        "trial_id": trial["id"],
    }
    return Scene(house, held, ids, utc_now().isoformat())


def reads(found: Scene) -> Iterator[str]:
    """Every way to read something of this case, by its own ids."""
    for method, path in sorted(declared(found.house.app)):
        wanted = re.findall(r"\{(\w+)(?::path)?\}", path)
        if method != "GET" or not path.startswith("/api/") or path in LEFT_OUT:
            continue
        if "/candidate/" in path or any(name not in found.ids for name in wanted):
            continue
        yield path.format(**found.ids)
        if path == "/api/review/compare":
            yield f"{path}?case={found.ids['session_id']}&case={found.ids['session_id']}"
        if path == "/api/review/queue":
            for query in ("confidence=low", "confidence=sure", "confidence=none", "open=true"):
                yield f"{path}?{query}"


async def seen(client: httpx.AsyncClient, found: Scene) -> dict[str, object]:
    """What each route answers, without what our own reading leaves in the record."""
    answers: dict[str, object] = {}
    for path in reads(found):
        until = {"until": found.until} if path.startswith("/api/audit") else {}
        answer = await client.get(path, params=until)
        assert answer.status_code < 500, (path, answer.text)
        body = answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
        if path.endswith("/audit") and isinstance(body, list):
            body = [(each["tag"], each["detail"]) for each in body if each["tag"] not in READING]
        if isinstance(body, dict):
            body.pop("since", None)  # a report's own time
        answers[path] = body
    return answers


async def change_what_is_hidden(house: House) -> None:
    """Other levels, reasons and remarks than those that were shown or withheld before."""
    async with house.database.engine.begin() as connection:
        triggers = await connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        )
        for (name,) in triggers.all():
            await connection.execute(text(f"DROP TRIGGER {name}"))
        for table, changes in HIDDEN.items():
            done = await connection.execute(text(f"UPDATE {table} SET {changes}"))  # noqa: S608
            assert done.rowcount > 0, f"there is nothing to hide in {table}"
        for key in ("level", "to", "from", "outcome", "kind"):
            await connection.execute(
                text(
                    "UPDATE audit_events SET detail = json_set(detail, :path, 'changed') "
                    "WHERE json_extract(detail, :path) IS NOT NULL AND (tag LIKE '%rating%' "
                    "OR tag LIKE '%verdict%' OR tag LIKE '%decision%' OR tag LIKE '%opinion%')"
                ),
                {"path": f"$.{key}"},
            )


def differing(before: dict[str, object], after: dict[str, object]) -> set[str]:
    """The routes that answered otherwise the second time."""
    return {path for path in before if before[path] != after[path]}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.REVIEWER, Role.AUDITOR, Role.HIRING_MANAGER])
async def test_who_is_blind_gets_the_same_whatever_was_rated(house: House, role: Role) -> None:
    found = await scene(house)
    async with await house.login(role, "Blind") as client:
        before = await seen(client, found)
        await change_what_is_hidden(house)
        after = await seen(client, found)
    assert f"/api/review/cases/{found.held.session_id}" in before
    assert len(before) > 15
    assert differing(before, after) == set()
    assert REASON not in str(before)
    assert "A strong four" not in str(before)


async def test_who_has_locked_sees_the_change_so_that_the_test_could_fail(house: House) -> None:
    found = await scene(house)
    async with await house.login(Role.ADMIN, "Second") as client:
        await locked(client, found.held, 3, 3)
        before = await seen(client, found)
        await change_what_is_hidden(house)
        changed = differing(before, await seen(client, found))
    case = f"/api/review/cases/{found.held.session_id}"
    assert {case, f"{case}/audit", f"{case}/comments", f"{case}/decisions"} <= changed
    assert {f"/api/sheets/{found.held.session_id}", "/api/audit", "/api/audit/export"} <= changed


async def test_whoever_begins_a_sheet_is_blind_from_then_on(house: House) -> None:
    found = await scene(house)
    async with await house.login(Role.REVIEWER) as client:
        assert (await opened(client, found.held.session_id)).status_code == 201
        before = await seen(client, found)
        await change_what_is_hidden(house)
        assert differing(before, await seen(client, found)) == set()


async def test_nothing_can_be_changed_unseen(house: House) -> None:
    found = await scene(house)
    case = found.held.case
    attempts: dict[str, Json] = {
        found.held.override(): {"level": 5, "reason": "I think so.", "replaces": None},
        f"{case}/decisions": {"outcome": "hold", "reason": "Let us wait.", "replaces": None},
    }
    letter = f"{case}/decisions/{found.ids['decision_id']}/letter"
    attempts[letter] = {"locale": "en", "subject": "Your interview", "text": "Thank you."}
    async with await house.login(Role.ADMIN, "Blind") as client:
        for path, body in attempts.items():
            answer = await client.post(path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "blind_first"), path


async def test_a_link_shows_no_ratings_of_an_interview_on_trial(house: House) -> None:
    found = await scene(house)
    async with await house.login(Role.HR_LEAD) as lead:
        await locked(lead, found.held, 4, 4)
        expires_at = (utc_now() + timedelta(hours=1)).isoformat()
        body = {"label": "A manager", "expires_at": expires_at}
        made = await lead.post(f"{found.held.case}/links", json=body)
        assert made.status_code == 201, made.text
    async with house.client() as guest:
        opened_by = await guest.post(
            "/api/shared", json={"token": made.json()["link"].partition("#")[2]}
        )
    assert opened_by.status_code == 200, opened_by.text
    assert REASON not in opened_by.text
    assert opened_by.json()["ratings"] == []


async def test_the_stream_of_events_withholds_ratings_from_whoever_is_blind(house: House) -> None:
    found = await scene(house)
    bus, viewer = Bus(), new_id()
    room = SimpleNamespace(tools=SimpleNamespace(bus=bus))
    stream = _stream(room, found.held.session_id, shows=partial(_may_show, house.database, viewer))
    assert await anext(stream) == ": open\n\n"
    told = {"session_id": found.held.session_id}
    bus.publish(found.held.session_id, RatingEvent(**told, competency_id=new_id(), level=4))
    bus.publish(found.held.session_id, StateEvent(**told, state="closed", at=1.0))
    assert await anext(stream) == ": withheld\n\n"
    assert (await anext(stream)).startswith("event: state\n")
    async with await house.login(Role.HR_LEAD) as lead:
        (trial,) = (await lead.get("/api/trials")).json()
        await lead.post(f"/api/trials/{trial['id']}/stop", json={"reason": "It is over."})
    bus.publish(found.held.session_id, RatingEvent(**told, competency_id=new_id(), level=4))
    assert (await anext(stream)).startswith("event: rating\n")
    await stream.aclose()
