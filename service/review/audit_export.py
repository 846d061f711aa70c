"""The audit record as a file."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Literal

from service.access.people import Person
from service.access.sheets import write
from service.audit import Entry, Tag, record
from service.db import Database
from service.review import audit_views
from service.review.audit_queries import Filter, newer
from service.review.schemas import AuditView
from service.tables import utc_now

MOST = 100_000  # events in one file; a filter by time makes several
PAGE = 1000
COLUMNS = (
    "seq",
    "at",
    "tag",
    "actor",
    "subject",
    "session_id",
    "detail",
    "prev_hash",
    "hash",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A file to hand over."""

    name: str
    mime: str
    data: bytes


async def make(
    database: Database, wanted: Filter, *, form: Literal["csv", "json"], person: Person
) -> Made:
    """Every event that passes the filter, the oldest first; put on record before it is sent."""
    found: list[AuditView] = []
    async with database.reading() as db:
        while len(found) < MOST:
            after = found[-1].seq if found else 0
            page = await newer(db, wanted, after=after, limit=PAGE)
            found += await audit_views.show(db, page, viewer=person.id)
            db.expunge_all()
            if len(page) < PAGE:
                break
    async with database.writing() as db:
        detail = {"form": form, "events": len(found), "last": found[-1].hash if found else None}
        await record(db, Entry(Tag.AUDIT_EXPORTED, person.actor, "audit", detail=detail))
    data = await asyncio.to_thread(_csv if form == "csv" else _json, found)
    mime = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    return Made(f"candor-audit-{utc_now():%Y%m%d-%H%M}.{form}", mime, data)


def _csv(found: list[AuditView]) -> bytes:
    rows = [event.model_dump(mode="json") for event in found]
    return write(COLUMNS, ([_cell(row[name]) for name in COLUMNS] for row in rows))


def _cell(value: object) -> object:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _json(found: list[AuditView]) -> bytes:
    rows = [event.model_dump(mode="json") for event in found]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()
