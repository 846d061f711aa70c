"""What happens by itself: receipts are announced, copies made, and what is past its age erased."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service import telemetry
from service.rights import retention
from service.rights.copies import Copier
from service.rights.erasing import Eraser
from service.tables import (
    Mail,
    MailKind,
    RequestKind,
    RequestState,
    RightsRequest,
    Session,
    SessionState,
    utc_now,
)

EVERY = 20.0  # seconds between two looks at what was asked for
RETENTION_EVERY = timedelta(hours=1)
ANNOUNCED = timedelta(days=7)  # an interview that ended earlier is not announced any more
MOST = 50


class Keeper:
    """A task of the application's lifespan; one process runs it."""

    def __init__(self, eraser: Eraser) -> None:
        self._eraser = eraser
        self._copier = Copier(eraser.database, eraser.blobs, eraser.settings)
        self._retained_at: datetime | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something was asked for: look now."""
        self._woken.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            self._woken.clear()
            for work in (self.announce, self.copy, self.expire_copies, self.retain):
                try:
                    await work()
                except Exception as error:  # the others, and the next round, may fare better
                    telemetry.log().error(
                        "keeper_failed", work=work.__name__, error=type(error).__name__
                    )
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._woken.wait()

    async def announce(self) -> int:
        """A letter for every interview that has ended: it arrived, and here is the receipt."""
        async with self._eraser.database.reading() as db:
            if not await _unannounced(db):
                return 0
        async with self._eraser.database.writing() as db:
            found = await _unannounced(db)
            for session in found:
                kind, at = MailKind.RECEIVED, utc_now()
                db.add(Mail(invitation_id=session.invitation_id, kind=kind, due_at=at))
        return len(found)

    async def copy(self) -> int:
        """Copies that were asked for."""
        async with self._eraser.database.reading() as db:
            statement = select(RightsRequest.id).where(
                RightsRequest.kind == RequestKind.COPY, RightsRequest.state == RequestState.OPEN
            )
            waiting = (await db.exec(statement.limit(MOST))).all()
        return sum([await self._copier.make(one) for one in waiting])

    async def expire_copies(self) -> int:
        """Copies that were there to be fetched for long enough."""
        async with self._eraser.database.reading() as db:
            statement = select(RightsRequest.id).where(
                RightsRequest.state == RequestState.READY,
                col(RightsRequest.expires_at) <= utc_now(),
            )
            old = (await db.exec(statement.limit(MOST))).all()
        for one in old:
            await self._copier.drop(one)
        return len(old)

    async def retain(self) -> dict[str, int] | None:
        """Once an hour: say what is past its age, then erase it, unless the settings say not to."""
        now, eraser = utc_now(), self._eraser
        if self._retained_at is not None and now < self._retained_at + RETENTION_EVERY:
            return None
        self._retained_at = now
        if eraser.settings.retention == "off":
            return None
        async with eraser.database.reading() as db:
            found = await retention.due(db, eraser.settings, now=now)
        counts = retention.summary(found)
        if found:
            telemetry.log().info("retention_due", mode=eraser.settings.retention, **counts)
        if eraser.settings.retention == "erase":
            await retention.enforce(eraser, found)
            async with eraser.database.writing() as db:
                await retention.prune_log(db, eraser.settings, now=now)
        return counts


async def _unannounced(db: AsyncSession) -> list[Session]:
    told = select(Mail.invitation_id).where(Mail.kind == MailKind.RECEIVED)
    statement = select(Session).where(
        Session.state == SessionState.CLOSED,
        col(Session.ended_at) >= utc_now() - ANNOUNCED,
        col(Session.started_at).is_not(None),
        col(Session.invitation_id).not_in(told),
    )
    return list((await db.exec(statement.limit(MOST))).all())
