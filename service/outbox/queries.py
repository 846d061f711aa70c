"""SQL of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import WebhookEvent

_OPEN = (col(WebhookEvent.sent_at).is_(None), col(WebhookEvent.dropped_at).is_(None))


def _free(since: datetime) -> sa.ColumnElement[bool]:
    claimed_at = col(WebhookEvent.claimed_at)
    return sa.or_(claimed_at.is_(None), claimed_at < since)


async def any_due(db: AsyncSession, now: datetime, *, free_since: datetime) -> bool:
    """Whether something waits to be sent now."""
    statement = select(WebhookEvent.id).where(*_OPEN, WebhookEvent.due_at <= now, _free(free_since))
    return (await db.exec(statement.limit(1))).first() is not None


async def claim(
    db: AsyncSession, now: datetime, *, free_since: datetime, most: int
) -> list[WebhookEvent]:
    """Take what is due for this sender; several may run beside each other."""
    statement = (
        select(WebhookEvent)
        .where(*_OPEN, WebhookEvent.due_at <= now, _free(free_since))
        .order_by(col(WebhookEvent.created_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = list((await db.exec(statement)).all())
    for event in found:
        event.claimed_at, event.attempts = now, event.attempts + 1
    db.add_all(found)
    return found


async def waiting(db: AsyncSession, *, most: int) -> Sequence[WebhookEvent]:
    """What has not been taken yet, what was given up included; the oldest first."""
    statement = select(WebhookEvent).where(col(WebhookEvent.sent_at).is_(None))
    return (await db.exec(statement.order_by(col(WebhookEvent.created_at)).limit(most))).all()


async def revive(db: AsyncSession, now: datetime) -> int:
    """Make everything that was not taken due now, also what was given up."""
    done = await db.exec(
        sa.update(WebhookEvent)
        .where(col(WebhookEvent.sent_at).is_(None))
        .values(due_at=now, dropped_at=None, claimed_at=None, attempts=0)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
