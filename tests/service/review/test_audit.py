"""The audit record over HTTP: whole after everything, and broken visibly when touched."""

from __future__ import annotations

import json

from sqlalchemy import text

from service.db import Database
from service.review.scoring import rate_session
from service.tables import Role
from tests.fakes.rooms import House, held_interview


async def tamper(database: Database, seq: int) -> None:
    """Change an event behind the back of the triggers, as somebody with the file could."""
    name = "audit_events_no_update" if database.is_sqlite else "audit_events_fixed ON audit_events"
    async with database.writing() as db:
        connection = await db.connection()
        await connection.execute(text(f"DROP TRIGGER {name}"))
        await connection.execute(
            text("UPDATE audit_events SET detail = :detail WHERE seq = :seq"),
            {"detail": json.dumps({"to": 5}), "seq": seq},
        )


async def test_the_chain_holds_after_everything_and_breaks_when_touched(house: House) -> None:
    held = await held_interview(house)
    await rate_session(house.database, held.session_id)
    async with await house.login(Role.ADMIN) as client:
        case = (await client.get(held.case)).json()
        replaces = case["ratings"][0]["id"]
        body = {"level": 2, "reason": "Too general.", "evidence": [], "replaces": replaces}
        assert (await client.post(held.override(), json=body)).status_code == 201
        await client.get(case["recordings"][0]["url"])
        whole = (await client.get("/api/audit/verify")).json()
        again = (await client.get("/api/audit/verify")).json()
        events = (await client.get("/api/audit?limit=1000")).json()
        target = next(event for event in events if event["tag"] == "hr:rating:override")
        await tamper(house.database, target["seq"])
        broken = (await client.get("/api/audit/verify")).json()
    assert (whole["ok"], whole["first_bad"]) == (True, None)
    assert again["count"] == whole["count"] + 1
    assert events[whole["count"] - 1]["hash"] == whole["head"]
    assert [event["seq"] for event in events] == list(range(1, again["count"] + 2))
    assert (broken["ok"], broken["first_bad"]) == (False, target["seq"])
    assert broken["count"] == target["seq"] - 1


async def test_the_record_is_read_page_by_page(house: House) -> None:
    await held_interview(house)
    async with await house.login(Role.AUDITOR) as client:
        events = (await client.get("/api/audit")).json()
        pages = []
        after = 0
        while page := (await client.get(f"/api/audit?after={after}&limit=3")).json():
            pages.append(page)
            after = page[-1]["seq"]
        assert [event for page in pages for event in page] == events
        assert {len(page) for page in pages[:-1]} == {3}
        for bad in ("after=-1", "limit=0", "limit=1001", f"after={10**30}"):
            assert (await client.get(f"/api/audit?{bad}")).status_code == 422


async def test_a_case_shows_only_its_own_events(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house)
    async with await house.login(Role.REVIEWER) as client:
        events = (await client.get(f"{held.case}/audit")).json()
    assert {event["session_id"] for event in events} == {str(held.session_id)}
    assert events[0]["tag"] == "hr:invitation:create"
    assert str(other.session_id) not in json.dumps(events)
