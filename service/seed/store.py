"""Storing made-up sessions, and removing them again with all that hangs on them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Entry, Tag, record
from service.blobs import Blobs
from service.db import Database
from service.tables import Account, InterviewPlan, Recording, Role, Session, Utterance

HOST = "sample.example"  # RFC 2606: nobody's


async def fill(db: AsyncSession, table: str, rows: list[dict[str, object]]) -> None:
    """Insert rows in bulk, without objects."""
    if rows:
        connection = await db.connection()
        await connection.execute(sa.insert(SQLModel.metadata.tables[table]), rows)


async def somebody(db: AsyncSession, name: str, *, role: Role, email: str) -> Account:
    """An account that nobody can log in to: closed, and its password is the hash of nothing."""
    found = (await db.exec(select(Account).where(Account.email == email))).first()
    if found is None:
        found = Account(email=email, name=name, role=role, password_hash="none", is_active=False)  # noqa: S106
        db.add(found)
        await db.flush()
    return found


async def sample_plans(db: AsyncSession) -> list[UUID]:
    """Plans that are samples."""
    statement = select(InterviewPlan.id).where(col(InterviewPlan.is_sample))
    return list((await db.exec(statement)).all())


async def remove(database: Database, blobs: Blobs) -> int:
    """Remove every sample with all rows and files under it; returns how many sessions that were.

    The audit record stays: it is append-only, and holds ids alone.
    """
    async with database.writing() as db:
        plans = await sample_plans(db)
        if not plans:
            return 0
        keys = await blob_keys(db, plans)
        count = await _delete(db, plans)
        await record(
            db, Entry(Tag.SAMPLES_REMOVED, "system", "samples", detail={"sessions": count})
        )
    for key in keys:  # after the rows: a file without a row is found by nobody
        await blobs.delete(key)
    return count


def _tree() -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """Every table that hangs on a plan, children first, with what makes a row a sample's.

    Read from the foreign keys: a table that comes later is found by itself.
    """
    tables = SQLModel.metadata.tables
    own: dict[str, sa.Select[tuple[UUID]]] = {
        "plans": sa.select(tables["plans"].c.id).where(tables["plans"].c.is_sample)
    }
    found: list[tuple[sa.Table, sa.ColumnElement[bool]]] = []
    for table in SQLModel.metadata.sorted_tables:
        if table.name == "plans":
            found.append((table, table.c.is_sample))
            continue
        ties = [
            column.in_(own[key.column.table.name])
            for column in table.c
            for key in column.foreign_keys
            if key.column.table.name in own and key.column.table is not table
        ]
        if not ties:
            continue
        condition = sa.or_(*ties)
        found.append((table, condition))
        if "id" in table.c:
            own[table.name] = sa.select(table.c.id).where(condition)
    return found[::-1]


async def _delete(db: AsyncSession, plans: list[UUID]) -> int:
    """A row may name another of its table: both go in one statement, which databases allow."""
    connection = await db.connection()
    tables = SQLModel.metadata.tables
    invited = tables["invitations"]
    of_samples = sa.select(invited.c.candidate_id).where(invited.c.plan_id.in_(plans))
    candidates = list((await connection.execute(of_samples)).scalars())
    count = 0
    for table, condition in _tree():
        done = await connection.execute(sa.delete(table).where(condition))
        count += done.rowcount if table.name == "sessions" else 0
    for start in range(0, len(candidates), 500):
        own = tables["candidates"].c.id.in_(candidates[start : start + 500])
        await connection.execute(sa.delete(tables["candidates"]).where(own))
    accounts = tables["accounts"]
    closed = sa.and_(accounts.c.email.endswith(f"@{HOST}"), sa.not_(accounts.c.is_active))
    await connection.execute(sa.delete(accounts).where(closed))
    return count


async def blob_keys(db: AsyncSession, plans: list[UUID]) -> list[str]:
    """Everything stored as a file for interviews under these plans."""
    found: list[str] = []
    own = select(Session.id).where(col(Session.plan_id).in_(plans))
    recordings = select(Recording.blob_key).where(col(Recording.session_id).in_(own))
    found += (await db.exec(recordings.where(Recording.blob_key != ""))).all()
    sounds = select(Utterance.audio_key).where(col(Utterance.session_id).in_(own))
    found += (await db.exec(sounds.where(Utterance.audio_key != ""))).all()
    return found
