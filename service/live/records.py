"""What a live session writes down, each step one transaction with its audit event."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service import telemetry
from service.audit import Entry, Tag, move, record
from service.live import queries, takes
from service.live.errors import question_mismatch, session_over
from service.live.remux import Finished
from service.live.staging import opened
from service.live.tools import AskedNow, Facts, Tools
from service.tables import (
    MOVES,
    AskedQuestion,
    Recording,
    RecordingState,
    Session,
    SessionState,
    utc_now,
)

OVER = frozenset({SessionState.DRAINING, SessionState.CLOSED})


async def begin_connection(tools: Tools, facts: Facts, connection_id: UUID) -> int:
    """Move to connecting and open a recording; its segment number.

    Raises ServiceError `session_over` when the session has ended meanwhile.
    """
    async with tools.database.writing() as db:
        session = await queries.lock_session(db, facts.session_id)
        if SessionState(session.state) in OVER:
            raise session_over()
        await move(db, session, SessionState.CONNECTING, actor=facts.actor)
        segment = await queries.next_segment(db, facts.session_id)
        db.add(Recording(session_id=session.id, segment=segment, connection_id=connection_id))
        await db.flush()
        detail = {"segment": segment}
        subject = f"connection:{connection_id}"
        await record(
            db, Entry(Tag.CONNECTION_OPENED, facts.actor, subject, facts.session_id, detail)
        )
    return segment


async def go_live(tools: Tools, facts: Facts, *, now: float) -> AskedNow | None:
    """Move to live at media second `now`; ask the first question when none stands, return it."""
    async with tools.database.writing() as db:
        session = await queries.lock_session(db, facts.session_id)
        if SessionState.LIVE not in MOVES[SessionState(session.state)]:
            return None
        await move(db, session, SessionState.LIVE, actor=facts.actor)
        session.zero_at = utc_now() - timedelta(seconds=now)
        db.add(session)
        if session.current_question_id is not None or not facts.questions:
            return None
        if await queries.asked(db, session.id):
            return None  # all were asked: the candidate is about to finish
        first = facts.questions[0]
        await _ask(db, session, first, at=0.0)
        return first


async def step_back(tools: Tools, facts: Facts, *, to: SessionState) -> bool:
    """Move to `to` if that is allowed from where the session stands."""
    async with tools.database.writing() as db:
        session = await queries.lock_session(db, facts.session_id)
        if to not in MOVES[SessionState(session.state)]:
            return False
        return await move(db, session, to, actor="system")


async def _ask(db: AsyncSession, session: Session, question: AskedNow, *, at: float) -> None:
    session.current_question_id = question.id
    db.add(session)
    db.add(AskedQuestion(session_id=session.id, question_id=question.id, started=at))
    await db.flush()
    await takes.add(db, session.id, opened(question.id, question.terms, take=1, at=at))
    subject = f"question:{question.id}"
    detail = {"index": question.index, "at": round(at, 3)}
    await record(db, Entry(Tag.QUESTION_ASKED, "system", subject, session.id, detail))


@dataclass(frozen=True, slots=True)
class Advanced:
    """The question that stands now (None: all were asked); `moved`: this call changed it."""

    question: AskedNow | None
    moved: bool


async def advance(tools: Tools, facts: Facts, question_id: UUID, *, at: float) -> Advanced:
    """Go on from `question_id`, once: a repeat gives the same answer and changes nothing.

    Raises ServiceError `session_over` or `question_mismatch`.
    """
    order = [question.id for question in facts.questions]
    async with tools.database.writing() as db:
        session = await queries.lock_session(db, facts.session_id)
        if SessionState(session.state) in OVER:
            raise session_over()
        asked = {row.question_id: row for row in await queries.asked(db, session.id)}
        if question_id not in asked or question_id not in order:
            raise question_mismatch()
        following = order.index(question_id) + 1
        coming = facts.questions[following] if following < len(order) else None
        expected = coming.id if coming else None
        if session.current_question_id == question_id:
            asked[question_id].ended = at
            db.add(asked[question_id])
            await takes.close(db, session.id, question_id, at=at)
            session.current_question_id = None
            db.add(session)
            if coming is not None:
                await _ask(db, session, coming, at=at)
            return Advanced(coming, moved=True)
        if session.current_question_id == expected:
            return Advanced(coming, moved=False)
        raise question_mismatch()


@dataclass(frozen=True, slots=True)
class Kept:
    """Which connection's recording is being stored, and whether after a crash."""

    session_id: UUID
    connection_id: UUID
    folder: Path
    recovered: bool = False


async def save_recording(tools: Tools, kept: Kept, finished: Finished | None) -> None:
    """Store a finished recording, complete its row, then drop the working files."""
    key = ""
    if finished is not None:
        name = f"{kept.connection_id}{finished.path.suffix}"
        key = f"recordings/{kept.session_id}/{name}"
        await tools.blobs.put(key, finished.path)
    async with tools.database.writing() as db:
        row = await queries.recording_of(db, kept.connection_id)
        if row is not None:
            complete(row, finished, key=key, recovered=kept.recovered)
            db.add(row)
            await db.flush()
            detail = {
                "state": row.state.value,
                "seconds": round(row.duration, 3),
                "size": row.size,
                "sha256": row.sha256,
            }
            subject = f"recording:{row.id}"
            await record(db, Entry(Tag.RECORDING_SAVED, "system", subject, kept.session_id, detail))
    await asyncio.to_thread(shutil.rmtree, kept.folder, ignore_errors=True)


def complete(
    row: Recording, finished: Finished | None, *, key: str, recovered: bool = False
) -> None:
    """Fill in what is known of a recording once its file is stored under `key`."""
    if finished is None:
        row.state = RecordingState.EMPTY
        return
    row.state = RecordingState.RECOVERED if recovered else RecordingState.COMPLETE
    row.mime, row.blob_key = finished.mime, key
    row.offset, row.duration = finished.offset, finished.duration
    row.size, row.sha256 = finished.size, finished.sha256
    row.holes = [[start, end] for start, end in finished.holes]


async def end_connection(tools: Tools, facts: Facts, connection_id: UUID, *, media: float) -> None:
    """Note that a connection has ended and how far the media clock has come."""
    async with tools.database.writing() as db:
        await queries.touch(db, facts.session_id, media)
        subject = f"connection:{connection_id}"
        detail = {"media_seconds": round(media, 3)}
        await record(db, Entry(Tag.CONNECTION_CLOSED, "system", subject, facts.session_id, detail))


async def close_session(tools: Tools, facts: Facts, *, media: float) -> bool:
    """The end of it: utterances counted in the record, the last question closed, state closed.

    The session has lasted as long as its recordings, or until `media` if there is none: the wait
    for the last transcripts, or for a candidate who never came back, is no part of it.
    """
    async with tools.database.writing() as db:
        session = await queries.lock_session(db, facts.session_id)
        media = await queries.media_end(db, session.id) or media
        if session.current_question_id is not None:
            await takes.close(db, session.id, session.current_question_id, at=media)
        counts = await queries.utterance_counts(db, session.id)
        await queries.mark_ended(db, session.id, at=utc_now(), media=media)
        await db.refresh(session)
        subject = f"session:{session.id}"
        await record(db, Entry(Tag.UTTERANCES_SAVED, "system", subject, session.id, counts))
        moved = await move(db, session, SessionState.CLOSED, actor="system")
    telemetry.log().info("session_closed", session=str(facts.session_id))
    return moved
