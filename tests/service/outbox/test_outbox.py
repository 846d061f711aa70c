"""Webhooks: signed as the standard says, only where they may go, and again until they are taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from service.db import Database
from service.outbox import Event, put, queries, sender, signing
from service.outbox.target import TargetError, check, resolve
from service.settings import Settings
from service.tables import WebhookEvent, new_id, utc_now

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_signatures_are_those_of_the_standard_s_own_example() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    found = signing.headers(
        signing.key_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=b'{"test": 2432232314}'
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert found["webhook-timestamp"] == "1614265330"


def test_a_secret_is_base64_or_any_text() -> None:
    assert signing.key_of("whsec_YWJj") == b"abc"
    assert signing.key_of("plain words") == b"plain words"
    with pytest.raises(ValueError, match="base64"):
        signing.key_of("whsec_???")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "http://localhost.example.org/",
        "http://127.0.0.2/",
        "ftp://localhost/",
        "https://user:word@example.org/",
        "https://",
        "https://[::1",
        "file:///etc/passwd",
        "",
    ],
)
def test_only_https_or_this_machine_may_be_called(url: str) -> None:
    with pytest.raises(TargetError, match="webhook_url"):
        check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://127.0.0.2/",
    ],
)
async def test_addresses_that_clouds_keep_secrets_at_are_never_called(url: str) -> None:
    with pytest.raises(TargetError, match="webhook_address"):
        await resolve(url)


async def test_a_name_is_looked_up_once_and_then_called_by_its_address() -> None:
    found = await resolve("http://localhost:8123/hook?x=1")
    assert found.url in {"http://127.0.0.1:8123/hook?x=1", "http://[::1]:8123/hook?x=1"}
    assert (found.host, found.name) == ("localhost:8123", "localhost")


class Receiver:
    """Another system: answers with the statuses given, one after the other, and keeps all."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status = self.statuses.pop(0)
        if status == 0:
            raise httpx.ConnectError("away")
        return httpx.Response(status, headers={"Location": "http://169.254.169.254/"})


def outgoing(database: Database, settings: Settings, receiver: Receiver) -> sender.Sender:
    settings.webhook_url = "http://localhost:9/hook"
    settings.webhook_secret = type(settings.webhook_secret)(SECRET)
    return sender.Sender(database, settings, transport=httpx.MockTransport(receiver))


async def keep(database: Database, settings: Settings) -> None:
    async with database.writing() as db:
        event = Event("rating.changed", new_id(), {"to": 4})
        await put(db, event, settings=settings)


async def the_event(database: Database) -> WebhookEvent:
    async with database.reading() as db:
        (found,) = await queries.waiting(db, most=9)
        return found


async def test_what_is_taken_is_signed_and_sent_once(
    database: Database, settings: Settings
) -> None:
    receiver = Receiver(204)
    sending = outgoing(database, settings, receiver)
    await keep(database, settings)
    assert [await sending.deliver(), await sending.deliver()] == [1, 0]
    (request,) = receiver.requests
    at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    expected = signing.headers(
        signing.key_of(SECRET), request.headers["webhook-id"], at=at, body=request.content
    )
    assert request.headers["webhook-signature"] == expected["webhook-signature"]
    assert request.headers["host"] == "localhost:9"
    assert b'"type":"rating.changed"' in request.content
    async with database.reading() as db:
        assert await queries.waiting(db, most=9) == []


async def make_due(database: Database) -> None:
    async with database.writing() as db:
        (event,) = await queries.waiting(db, most=9)
        event.due_at = utc_now() - timedelta(seconds=1)
        db.add(event)


@pytest.mark.parametrize(
    ("status", "failure"), [(500, "status_500"), (302, "status_302"), (0, "unreachable_Connect")]
)
async def test_what_is_not_taken_is_sent_again_later_under_the_same_id(
    database: Database, settings: Settings, status: int, failure: str
) -> None:
    receiver = Receiver(status, 200)
    sending = outgoing(database, settings, receiver)
    await keep(database, settings)
    assert await sending.deliver() == 0
    event = await the_event(database)
    assert event.failure.startswith(failure)
    assert event.due_at > utc_now()
    assert await sending.deliver() == 0  # not yet
    await make_due(database)
    assert await sending.deliver() == 1
    first, second = (request.headers["webhook-id"] for request in receiver.requests)
    assert first == second


async def test_it_is_given_up_in_the_end_or_when_nobody_wants_it(
    database: Database, settings: Settings
) -> None:
    receiver = Receiver(*[503] * (len(sender.WAITS) + 1), 410)
    sending = outgoing(database, settings, receiver)
    await keep(database, settings)
    for _ in range(len(sender.WAITS) + 1):
        assert (await the_event(database)).dropped_at is None
        await make_due(database)
        await sending.deliver()
    assert (await the_event(database)).dropped_at is not None
    async with database.writing() as db:
        assert await queries.revive(db, utc_now()) == 1
    await sending.deliver()
    event = await the_event(database)
    assert (event.failure, event.attempts) == ("status_410", 1)
    assert event.dropped_at is not None


async def test_without_a_secret_nothing_is_sent(database: Database, settings: Settings) -> None:
    receiver = Receiver()
    sending = outgoing(database, settings, receiver)
    settings.webhook_secret = type(settings.webhook_secret)("")
    await keep(database, settings)
    assert await sending.deliver() == 0
    assert (await the_event(database)).failure == "webhook_secret"
