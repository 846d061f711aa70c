"""Events that are due go out: claimed, sent outside any transaction, then marked.

A sender that dies in between leads to a second copy under the same `webhook-id`, which receivers
use to tell copies; none is lost.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx

from service import telemetry
from service.db import Database
from service.outbox import queries, signing
from service.outbox.target import TargetError, resolve
from service.settings import Settings
from service.tables import WebhookEvent, utc_now

EVERY = 3.0  # seconds between two looks at what is due
SECONDS = 15.0  # for one attempt, as Standard Webhooks advises (15 to 30)
CLAIM = timedelta(minutes=5)
BATCH = 10
# After the first attempt; the schedule that Standard Webhooks gives. Then it is given up.
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
GONE = 410  # the receiver wants no more of these


class Sender:
    """Sends what is due to the webhook of the settings."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._database, self._settings, self._transport = database, settings, transport

    async def run(self) -> None:
        """For ever; a task of the application's lifespan."""
        while True:
            try:
                await self.deliver()
            except Exception as error:
                telemetry.log().error("webhooks_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def deliver(self) -> int:
        """Send everything that is due now; how many were taken."""
        taken = 0
        while events := await self._claim():
            for event in events:
                failure = await self._attempt(event)
                await self._mark(event, failure)
                taken += failure == ""
        return taken

    async def _claim(self) -> list[WebhookEvent]:
        now = utc_now()
        async with self._database.reading() as db:
            if not await queries.any_due(db, now, free_since=now - CLAIM):
                return []
        async with self._database.writing() as db:
            return await queries.claim(db, now, free_since=now - CLAIM, most=BATCH)

    async def _attempt(self, event: WebhookEvent) -> str:
        """Why it was not taken; empty: it was."""
        secret = self._settings.webhook_secret.get_secret_value()
        body = signing.encode(event.body)
        try:
            target = await resolve(self._settings.webhook_url)
            key = signing.key_of(secret)
        except TargetError as error:
            return error.code
        except ValueError:
            return "webhook_secret"
        if not key:
            return "webhook_secret"  # an unsigned event could come from anybody
        signed = signing.headers(key, f"msg_{event.id.hex}", at=utc_now(), body=body)
        headers = {**signed, "Host": target.host, "Content-Type": "application/json"}
        try:
            async with (
                httpx.AsyncClient(
                    timeout=SECONDS, trust_env=False, transport=self._transport
                ) as client,
                asyncio.timeout(SECONDS),
                client.stream(  # the answer's body is never read
                    "POST",
                    target.url,
                    content=body,
                    headers=headers,
                    extensions={"sni_hostname": target.name},
                ) as answer,
            ):
                return "" if answer.is_success else f"status_{answer.status_code}"
        except (httpx.HTTPError, TimeoutError) as error:
            return f"unreachable_{type(error).__name__}"[:60]

    async def _mark(self, event: WebhookEvent, failure: str) -> None:
        now = utc_now()
        async with self._database.writing() as db:
            row = await db.get_one(WebhookEvent, event.id)
            row.failure, row.claimed_at = failure, None
            if not failure:
                row.sent_at = now
            elif failure == f"status_{GONE}" or row.attempts > len(WAITS):
                row.dropped_at = now
            else:
                row.due_at = now + WAITS[row.attempts - 1]
            db.add(row)
        if failure:
            telemetry.log().warning("webhook_failed", event_id=str(event.id), failure=failure)
