"""SQL of the audit record, filtered by who, what, when and which case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import AuditEvent

Kind = Literal["", "seen", "changed", "exported"]
# Tags end in what was done; see `service.audit.tags`.
SEEN = ("%:view", "hr:cases:compare")
EXPORTED = ("%:export", "hr:link:create")


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything left empty: all events. `actor`: as the record has it, "account:<id>"."""

    kind: Kind = ""
    tag: str = ""
    actor: str = ""
    session_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def _like(patterns: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(col(AuditEvent.tag).like(pattern) for pattern in patterns))


def _kind(kind: Kind) -> sa.ColumnElement[bool]:
    """What people did. Seen and exported change nothing; neither does looking at the chain."""
    if kind == "seen":
        return _like(SEEN)
    if kind == "exported":
        return _like(EXPORTED)
    by_people = _like(("hr:%", "account:%"))
    return sa.and_(by_people, sa.not_(_like((*SEEN, *EXPORTED, "hr:audit:verify", "%:login:%"))))


def where(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """The filter as conditions."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.tag:
        found.append(col(AuditEvent.tag) == wanted.tag)
    if wanted.actor:
        found.append(col(AuditEvent.actor) == wanted.actor)
    if wanted.session_id is not None:
        found.append(col(AuditEvent.session_id) == wanted.session_id)
    if wanted.since is not None:
        found.append(col(AuditEvent.at) >= wanted.since)
    if wanted.until is not None:
        found.append(col(AuditEvent.at) < wanted.until)
    return [*found, _kind(wanted.kind)] if wanted.kind else found


async def older(
    db: AsyncSession, wanted: Filter, *, before: int | None, limit: int
) -> Sequence[AuditEvent]:
    """The events before number `before` (None: the newest), the newest first."""
    statement = select(AuditEvent).where(*where(wanted))
    if before is not None:
        statement = statement.where(col(AuditEvent.seq) < before)
    return (await db.exec(statement.order_by(col(AuditEvent.seq).desc()).limit(limit))).all()


async def newer(
    db: AsyncSession, wanted: Filter, *, after: int, limit: int
) -> Sequence[AuditEvent]:
    """The events past number `after`, the oldest first."""
    statement = select(AuditEvent).where(*where(wanted), col(AuditEvent.seq) > after)
    return (await db.exec(statement.order_by(col(AuditEvent.seq)).limit(limit))).all()
