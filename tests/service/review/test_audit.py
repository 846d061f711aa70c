"""The audit record over HTTP: whole after everything, and broken visibly when touched."""

from __future__ import annotations

import itertools
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


async def test_the_record_is_filtered_by_who_what_when_and_case(house: House) -> None:
    held, other = await held_interview(house), await held_interview(house, ai_scoring=False)
    await rate_session(house.database, held.session_id)
    async with (
        await house.login(Role.REVIEWER) as reviewer,
        await house.login(Role.AUDITOR) as auditor,
    ):
        case = (await reviewer.get(held.case)).json()
        await reviewer.get(other.case)
        body = {"level": 2, "reason": "Too general.", "replaces": case["ratings"][0]["id"]}
        number = held.competency_ids.index(case["ratings"][0]["competency_id"])
        assert (await reviewer.post(held.override(number), json=body)).status_code == 201
        me = f"account:{(await reviewer.get('/api/me')).json()['id']}"

        async def tags(**wanted: object) -> list[str]:
            answer = await auditor.get("/api/audit", params={"newest": True, **wanted})
            assert answer.status_code == 200, answer.text
            return [event["tag"] for event in answer.json()]

        assert await tags(actor=me) == ["hr:rating:override", "hr:case:view", "hr:case:view"]
        assert await tags(actor=me, kind="seen") == ["hr:case:view"] * 2
        assert await tags(actor=me, kind="changed") == ["hr:rating:override"]
        assert await tags(actor=me, case=str(other.session_id)) == ["hr:case:view"]
        assert await tags(tag="hr:rating:override") == ["hr:rating:override"]
        newest = (await auditor.get("/api/audit?newest=true&limit=1")).json()[0]
        assert await tags(since="2100-01-01T00:00:00Z") == []
        assert newest["tag"] not in await tags(until=newest["at"], kind="changed")
        before = (await auditor.get(f"/api/audit?before={newest['seq']}&limit=2")).json()
        assert [event["seq"] for event in before] == [newest["seq"] - 1, newest["seq"] - 2]
        assert (await auditor.get("/api/audit?case=nonsense")).status_code == 422


async def test_the_record_is_taken_as_a_file_and_that_goes_on_record(house: House) -> None:
    held = await held_interview(house)
    async with await house.login(Role.AUDITOR, "=cmd()") as client:
        table = await client.get("/api/audit/export", params={"case": str(held.session_id)})
        assert table.headers["content-type"].startswith("text/csv")
        assert table.headers["content-disposition"].endswith('.csv"')
        lines = table.content.decode("utf-8-sig").splitlines()
        assert table.content.startswith(b"\xef\xbb\xbf")
        assert lines[0].startswith("seq,at,tag,actor")
        assert len(lines) > 5
        file = await client.get("/api/audit/export?form=json")
        events = file.json()
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert all(a["hash"] == b["prev_hash"] for a, b in itertools.pairwise(events))
        taken = (await client.get("/api/audit?kind=exported")).json()
    assert [event["detail"]["form"] for event in taken] == ["csv", "json"]
    assert taken[1]["detail"]["events"] == len(events)
