"""Login, logout and oneself, over HTTP."""

from __future__ import annotations

import httpx
import pytest
from sqlmodel import select

from service.access.people import INTENT_HEADER
from service.access.permissions import permissions_of
from service.accounts.schemas import AccountDraft
from service.accounts.service import add_account
from service.audit import verify
from service.errors import ServiceError
from service.tables import Account, AuditEvent, Login, Role
from tests.fakes.rooms import House

PASSWORD = "correct horse battery"


@pytest.fixture
async def account(house: House) -> Account:
    draft = AccountDraft(
        email="Mei.Lin@Example.org", name="Mei Lin", role=Role.REVIEWER, password=PASSWORD
    )
    async with house.database.writing() as db:
        return await add_account(db, draft)


async def log_in(
    client: httpx.AsyncClient, password: str = PASSWORD, email: str = "mei.lin@example.org"
) -> httpx.Response:
    return await client.post("/api/login", json={"email": email, "password": password})


async def tags(house: House) -> list[str]:
    async with house.database.reading() as db:
        return [event.tag for event in (await db.exec(select(AuditEvent))).all()]


async def test_a_person_logs_in_changes_locale_and_logs_out(house: House, account: Account) -> None:
    async with house.client({INTENT_HEADER: "1"}) as client:
        answer = await log_in(client, email=" MEI.LIN@example.org ")
        expected = {
            "id": str(account.id),
            "email": "mei.lin@example.org",
            "name": "Mei Lin",
            "role": "reviewer",
            "locale": "en",
            "permissions": permissions_of(Role.REVIEWER),
        }
        assert (answer.status_code, answer.json()) == (200, expected)
        changed = await client.patch("/api/me", json={"locale": "zh-CN"})
        assert changed.json()["locale"] == "zh-CN"
        assert (await client.get("/api/me")).json()["locale"] == "zh-CN"
        assert (await client.post("/api/logout")).status_code == 204
        assert (await client.get("/api/me")).status_code == 401
    assert await tags(house) == [
        "account:account:add",
        "account:login:create",
        "account:login:revoke",
    ]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    house: House, account: Account
) -> None:
    async with house.client() as client:
        cookie = (await log_in(client)).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    house.settings.public_url = "https://interviews.example.org"
    async with house.client() as client:
        assert "Secure" in (await log_in(client)).headers["set-cookie"]


async def test_a_stored_login_holds_no_usable_token(house: House, account: Account) -> None:
    async with house.client() as client:
        await log_in(client)
        token = client.cookies["candor_login"]
    async with house.database.reading() as db:
        login = (await db.exec(select(Login))).one()
    assert token not in login.token_hash
    assert len(login.token_hash) == 64


@pytest.mark.parametrize(
    ("email", "password"),
    [("mei.lin@example.org", "wrong horse battery"), ("nobody@example.org", PASSWORD)],
)
async def test_wrong_password_and_unknown_address_look_the_same(
    house: House, account: Account, email: str, password: str
) -> None:
    async with house.client() as client:
        answer = await log_in(client, password, email)
    assert (answer.status_code, answer.json()["code"]) == (401, "login_failed")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in answer.headers
    assert (await tags(house))[-1] == "account:login:refuse"


async def test_an_inactive_account_cannot_log_in_and_loses_its_logins(
    house: House, account: Account
) -> None:
    async with house.client() as client:
        await log_in(client)
        async with house.database.writing() as db:
            row = await db.get_one(Account, account.id)
            row.is_active = False
            db.add(row)
        assert (await client.get("/api/me")).status_code == 401
        assert (await log_in(client)).json()["code"] == "login_failed"


async def test_the_eleventh_try_has_to_wait(house: House, account: Account) -> None:
    async with house.client() as client:
        codes = [(await log_in(client, "x")).status_code for _ in range(10)]
        late = await log_in(client)
    assert codes == [401] * 10
    assert (late.status_code, late.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(late.headers["retry-after"]) <= 300


async def test_a_change_without_the_intent_header_is_refused(
    house: House, account: Account
) -> None:
    async with house.client() as client:
        await log_in(client)
        answer = await client.patch("/api/me", json={"locale": "zh-CN"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        {"email": "a@b", "password": "nul\x00nul"},
        {"email": "a\x00@b.example", "password": PASSWORD},
        {"email": "not an address", "password": PASSWORD},
        {"email": "a@b", "password": "x" * 10_000},
        {"email": "a@b"},
        ["a@b"],
    ],
)
async def test_bad_login_bodies_are_refused_without_echo(house: House, body: object) -> None:
    async with house.client() as client:
        answer = await client.post("/api/login", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    assert PASSWORD not in answer.text


async def test_lone_surrogates_and_broken_json_are_refused(house: House) -> None:
    async with house.client({"Content-Type": "application/json"}) as client:
        lone = await client.post(
            "/api/login", content=b'{"email": "a@b", "password": "\\ud800aaaaaaaaaa"}'
        )
        broken = await client.post("/api/login", content=b'{"email": ')
        binary = await client.post("/api/login", content=b"\xff\xfe{}")
    assert (lone.status_code, broken.status_code, binary.status_code) == (422, 400, 400)
    assert broken.json()["code"] == "malformed_json"


async def test_an_address_is_taken_once_and_passwords_have_ten_characters(
    house: House, account: Account
) -> None:
    draft = AccountDraft(
        email="mei.lin@example.org", name="Other", role=Role.ADMIN, password=PASSWORD
    )
    with pytest.raises(ServiceError, match="email_taken"):
        async with house.database.writing() as db:
            await add_account(db, draft)
    with pytest.raises(ValueError, match="at least 10"):
        AccountDraft(email="a@b", name="A", role=Role.ADMIN, password="123456789")
    async with house.database.reading() as db:
        assert (await verify(db)).ok
