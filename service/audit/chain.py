"""The hash chain: each event carries the SHA-256 of itself and of the one before."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit.tags import Tag
from service.tables import AuditEvent, utc_now

GENESIS = "0" * 64
LOCK = 0x43414E44  # names the chain's advisory lock on PostgreSQL; any constant would do
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """What to record. `actor` is "account:<id>", "candidate:<id>", "model:<id>" or "system"."""

    tag: Tag
    actor: str
    subject: str
    session_id: uuid.UUID | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Outcome of a verification; `first_bad` is the sequence number where the chain breaks."""

    ok: bool
    count: int
    head: str
    first_bad: int | None = None


def digest(event: AuditEvent) -> str:
    """SHA-256 (hex) over the canonical JSON of all fields but the hash itself."""
    body = {
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "tag": event.tag,
        "actor": event.actor,
        "subject": event.subject,
        "session_id": str(event.session_id) if event.session_id else None,
        "detail": event.detail,
        "prev": event.prev_hash,
    }
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _digests(events: Sequence[AuditEvent]) -> list[str]:
    return [digest(event) for event in events]


async def _head(db: AsyncSession) -> AuditEvent | None:
    found = await db.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(1))
    return found.first()


async def record(db: AsyncSession, entry: Entry, *, at: datetime | None = None) -> AuditEvent:
    """Append one event in the caller's transaction."""
    (event,) = await record_all(db, [entry], at=at)
    return event


async def record_all(
    db: AsyncSession, entries: Sequence[Entry], *, at: datetime | None = None
) -> list[AuditEvent]:
    """Append events in the caller's transaction, one after the other.

    Writers are put in a row: SQLite's write lock is held since BEGIN IMMEDIATE, PostgreSQL takes
    an advisory lock until the transaction ends. Two events can so never share a predecessor.
    """
    if db.get_bind().dialect.name == "postgresql":
        connection = await db.connection()
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    last = await _head(db)
    events: list[AuditEvent] = []
    for entry in entries:
        last = _follow(last, entry, at=at or utc_now())
        events.append(last)
    db.add_all(events)
    await db.flush()
    return events


def _follow(last: AuditEvent | None, entry: Entry, *, at: datetime) -> AuditEvent:
    event = AuditEvent(
        seq=last.seq + 1 if last else 1,
        at=at,
        tag=entry.tag.value,
        actor=entry.actor,
        subject=entry.subject,
        session_id=entry.session_id,
        detail=json.loads(json.dumps(dict(entry.detail), default=str)),
        prev_hash=last.hash if last else GENESIS,
        hash="",
    )
    event.hash = digest(event)
    return event


async def verify(db: AsyncSession) -> ChainReport:
    """Walk the whole chain and recompute every hash."""
    count, head, expected = 0, GENESIS, 1
    while True:
        statement = select(AuditEvent).where(col(AuditEvent.seq) >= expected)
        page = (await db.exec(statement.order_by(col(AuditEvent.seq)).limit(PAGE))).all()
        hashes = await asyncio.to_thread(_digests, page)  # 1,000 take about 10 ms
        for event, found in zip(page, hashes, strict=True):
            intact = event.seq == expected and event.prev_hash == head
            if not intact or found != event.hash:
                return ChainReport(False, count, head, event.seq)
            count, head, expected = count + 1, event.hash, expected + 1
        db.expunge_all()
        if len(page) < PAGE:
            return ChainReport(True, count, head)
