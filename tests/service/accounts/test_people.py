"""Adding colleagues, changing roles, and what the record keeps of it."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest
from sqlmodel import col, select

from service.access.people import INTENT_HEADER, Person
from service.accounts.people import change
from service.accounts.schemas import ColleaguePatch
from service.audit import verify
from service.errors import ServiceError
from service.tables import Account, AuditEvent, Role
from tests.fakes.rooms import House, Json

DRAFT: Json = {"email": "Zhao@Example.org", "name": "Zhao Min", "role": "hiring_manager"}


async def add(client: httpx.AsyncClient, **changes: object) -> Json:
    answer = await client.post("/api/people", json=DRAFT | changes)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def tags(house: House) -> list[tuple[str, str, Json]]:
    async with house.database.reading() as db:
        events = (await db.exec(select(AuditEvent).order_by(col(AuditEvent.seq)))).all()
        assert (await verify(db)).ok
    return [(event.tag, event.subject, event.detail) for event in events]


async def test_a_person_is_added_with_a_role_and_a_password_that_opens(house: House) -> None:
    async with await house.login(Role.ADMIN) as client:
        made = await add(client)
        listed = (await client.get("/api/people")).json()
    shown = {key: value for key, value in made.items() if key != "password"}
    assert shown in listed
    assert (made["email"], made["role"], made["is_active"]) == (
        "zhao@example.org",
        "hiring_manager",
        True,
    )
    assert "password" not in str(listed)
    async with house.client({INTENT_HEADER: "1"}) as client:
        body = {"email": made["email"], "password": made["password"]}
        answer = await client.post("/api/login", json=body)
    assert answer.status_code == 200
    assert "decisions.write" in answer.json()["permissions"]
    assert "plans.write" not in answer.json()["permissions"]
    (event,) = [each for each in await tags(house) if each[0] == "account:account:add"]
    assert event == ("account:account:add", f"account:{made['id']}", {"role": "hiring_manager"})


async def test_a_given_password_is_not_sent_back(house: House) -> None:
    async with await house.login(Role.ADMIN) as client:
        made = await add(client, password="a-long-enough-one")
        again = await client.post("/api/people", json=DRAFT)
    assert made["password"] is None
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")


async def test_a_changed_role_holds_from_the_next_request_and_is_recorded(house: House) -> None:
    async with await house.login(Role.ADMIN) as admin, await house.login(Role.REVIEWER) as other:
        me = (await other.get("/api/me")).json()
        assert (await other.get("/api/audit")).status_code == 403
        url = f"/api/people/{me['id']}"
        for _ in range(2):  # the second time changes nothing
            answer = await admin.patch(url, json={"role": "auditor"})
            assert (answer.status_code, answer.json()["role"]) == (200, "auditor")
        assert (await other.get("/api/audit")).status_code == 200
        assert (await admin.patch(url, json={"is_active": False})).json()["is_active"] is False
        assert (await other.get("/api/audit")).status_code == 401
        assert (await admin.patch(url, json={"is_active": True})).json()["is_active"] is True
    subject = f"account:{me['id']}"
    assert await tags(house) == [
        ("account:role:change", subject, {"from": "reviewer", "to": "auditor"}),
        ("account:account:close", subject, {}),
        ("account:account:reopen", subject, {}),
    ]


async def test_nobody_shuts_themselves_out(house: House) -> None:
    async with await house.login(Role.ADMIN) as client:
        me = (await client.get("/api/me")).json()
        answer = await client.patch(f"/api/people/{me['id']}", json={"role": "auditor"})
        assert (answer.status_code, answer.json()["code"]) == (409, "own_account")
        unknown = await client.patch(f"/api/people/{UUID(int=1)}", json={"role": "auditor"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


async def test_an_administrator_remains(house: House) -> None:
    """An administrator who is shut out in mid-request must not take the last other one along."""
    async with await house.login(Role.ADMIN) as client, await house.login(Role.ADMIN) as other:
        me, them = (await client.get("/api/me")).json(), (await other.get("/api/me")).json()
        async with house.database.writing() as db:
            (await db.get_one(Account, UUID(me["id"]))).role = Role.AUDITOR
        actor = Person(UUID(me["id"]), UUID(int=0), "", "", Role.ADMIN, "en")
        patch = ColleaguePatch(role=Role.REVIEWER)
        with pytest.raises(ServiceError, match="last_admin"):
            async with house.database.writing() as db:
                await change(db, UUID(them["id"]), patch=patch, actor=actor)
        assert (await other.get("/api/me")).json()["role"] == "admin"
    assert await tags(house) == []
