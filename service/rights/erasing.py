"""Erasing: files first, then rows in one transaction that leaves a tombstone.

In this order, a crash between the two leaves rows without files, and the next attempt ends it; the
other way round files could stay behind that nobody knows of. The audit chain keeps ids alone.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.audit import Entry, Tag, record
from service.blobs import Blobs
from service.db import Database
from service.errors import ServiceError
from service.rights import queries
from service.rights.reach import LOOKS, PICTURES, Whose, files_of, reached, table
from service.settings import Settings
from service.tables import (
    DecisionLetter,
    Erasure,
    Invitation,
    Mail,
    Recording,
    RequestKind,
    RequestState,
    RightsRequest,
    SessionState,
    Utterance,
    UtteranceStatus,
    utc_now,
)

RUNNING = frozenset({SessionState.CONNECTING, SessionState.LIVE, SessionState.DRAINING})
Cause = Literal["request", "retention", "withdrawal", "office"]
WHOLE = ("personal", "recording", "content", "biometric")


@dataclass(frozen=True, slots=True)
class Order:
    """What to erase of whom, why and at whose word. `classes`: all of `WHOLE`, or some."""

    session_id: UUID
    cause: Cause
    classes: tuple[str, ...] = WHOLE
    by: UUID | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing but the tombstone is to stay."""
        return "personal" in self.classes

    @property
    def actor(self) -> str:
        """How the audit record names whoever did it."""
        return f"account:{self.by}" if self.by else "system"


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases in one service."""

    database: Database
    blobs: Blobs
    settings: Settings

    async def erase(self, order: Order) -> Erasure:
        """Carry an order out. Raises ServiceError 404, or 409 while the interview runs."""
        async with self.database.reading() as db:
            whose = await self._whose(db, order.session_id)
            keys = await _keys(db, whose, order)
            letters, connections = await _leavings(db, whose)
        for key in keys:
            await self.blobs.delete(key)
        if order.is_whole or "recording" in order.classes:
            await self._sweep(order, connections)
        if order.is_whole:
            await asyncio.to_thread(self._drop_letters, letters)
        async with self.database.writing() as db:
            return await self._erase_rows(db, whose, order)

    async def _whose(self, db: AsyncSession, session_id: UUID) -> Whose:
        head = await queries.head(db, session_id)
        if head is None:
            raise ServiceError("not_found", 404, "There is no such interview.")
        if SessionState(head.session.state) in RUNNING:
            raise ServiceError("interview_running", 409, "The interview is running. Let it end.")
        statement = select(Invitation.id).where(Invitation.candidate_id == head.candidate.id)
        others = [one for one in (await db.exec(statement)).all() if one != head.invitation.id]
        return Whose(session_id, head.invitation.id, head.candidate.id, is_only=not others)

    async def _sweep(self, order: Order, connections: Collection[UUID]) -> None:
        """What lies in the store or the spool under the session, known to a row or not."""
        for key in await self.blobs.keys(f"recordings/{order.session_id}/"):
            await self.blobs.delete(key)
        for connection_id in connections:
            folder = self.settings.data_dir / "spool" / str(connection_id)
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        if order.is_whole:
            for key in await self.blobs.keys(f"copies/{order.session_id}/"):
                await self.blobs.delete(key)

    def _drop_letters(self, letters: Collection[UUID]) -> None:
        """Copies of letters that the file mailbox holds."""
        for one in letters:
            (self.settings.data_dir / "mailbox" / f"{one}.eml").unlink(missing_ok=True)

    async def _erase_rows(self, db: AsyncSession, whose: Whose, order: Order) -> Erasure:
        session = await queries.lock_session(db, whose.session_id)
        if session is None:
            raise ServiceError("not_found", 404, "There is no such interview.")
        if SessionState(session.state) in RUNNING:  # begun since we looked
            raise ServiceError("interview_running", 409, "The interview is running. Let it end.")
        invitation = await db.get_one(Invitation, whose.invitation_id)
        tombstone = Erasure(
            session_id=whose.session_id,
            invitation_id=whose.invitation_id,
            candidate_id=whose.candidate_id,
            token_hash=invitation.token_hash if order.is_whole else "",
            cause=order.cause,
            classes=list(order.classes),
            erased_by=order.by,
        )
        db.expunge_all()  # rows are deleted below without the ORM's knowing
        tombstone.counts = await (_all if order.is_whole else _some)(db, whose, order)
        db.add(tombstone)
        await db.flush()
        tag = Tag.DATA_ERASED if order.by else Tag.DATA_EXPIRED
        detail = {"cause": order.cause, "classes": list(order.classes), **tombstone.counts}
        subject = f"session:{whose.session_id}"
        await record(db, Entry(tag, order.actor, subject, whose.session_id, detail))
        return tombstone


async def _keys(db: AsyncSession, whose: Whose, order: Order) -> list[str]:
    """Names of files that the rows to be erased hold."""
    found: list[str] = []
    connection = await db.connection()
    for each, condition in reached(whose):
        wanted = order.is_whole or "recording" in order.classes
        for column in files_of(each) if wanted else ():
            rows = await connection.execute(sa.select(column).where(condition, column != ""))
            found.extend(str(key) for key in rows.scalars())
    return found


async def _leavings(db: AsyncSession, whose: Whose) -> tuple[list[UUID], list[UUID]]:
    """Ids of letters, and of connections whose working files may still lie about."""
    connection = await db.connection()
    letters: list[UUID] = []
    for each, condition in reached(whose):
        if each.name in {Mail.__tablename__, DecisionLetter.__tablename__}:
            rows = await connection.execute(sa.select(each.c.id).where(condition))
            letters.extend(rows.scalars())
    statement = select(Recording.connection_id).where(Recording.session_id == whose.session_id)
    return letters, list((await db.exec(statement)).all())


async def _all(db: AsyncSession, whose: Whose, order: Order) -> dict[str, int]:
    """Every row of theirs; requests are settled, for they outlive it."""
    connection = await db.connection()
    counts: dict[str, int] = {}
    for each, condition in reached(whose):
        done = await connection.execute(sa.delete(each).where(condition))
        if done.rowcount:
            counts[each.name] = done.rowcount
    statement = select(RightsRequest).where(RightsRequest.session_id == whose.session_id)
    for row in (await db.exec(statement)).all():
        row.blob_key, row.expires_at = "", None
        if row.state is RequestState.OPEN:
            fits = row.kind is RequestKind.ERASURE
            row.state = RequestState.DONE if fits else RequestState.DECLINED
            row.settled_at, row.settled_by = utc_now(), order.by
        db.add(row)
    await db.flush()
    return counts


async def _some(db: AsyncSession, whose: Whose, order: Order) -> dict[str, int]:
    """Recordings, what was read from faces, or both; the rest stays."""
    names = [*(PICTURES if "recording" in order.classes else ())]
    names += LOOKS if "biometric" in order.classes else ()
    connection = await db.connection()
    counts: dict[str, int] = {}
    conditions = {each.name: (each, condition) for each, condition in reached(whose)}
    for name in reversed([t.name for t in (table(str(n)) for n in names)]):
        each, condition = conditions[name]
        counts[name] = (await connection.execute(sa.delete(each).where(condition))).rowcount
    if "recording" in order.classes:
        counts["utterance_sounds"] = await _silence(db, whose.session_id)
    return {name: count for name, count in counts.items() if count}


async def _silence(db: AsyncSession, session_id: UUID) -> int:
    """Utterances lose their sound; one that had no text yet can never be heard any more."""
    own = col(Utterance.session_id) == session_id
    waits = col(Utterance.status).in_((UtteranceStatus.PENDING, UtteranceStatus.WAITING))
    connection = await db.connection()
    utterances = table(str(Utterance.__tablename__))
    await connection.execute(
        sa.update(utterances).where(own, waits).values(status=UtteranceStatus.FAILED)
    )
    with_sound = sa.update(utterances).where(own, col(Utterance.audio_key) != "")
    return int((await connection.execute(with_sound.values(audio_key=""))).rowcount)
