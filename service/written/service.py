"""Answers in writing: kept as the candidate types, handed in once, rated like speech.

Each is an utterance by the engine `typed`, heard with confidence 1. It lies at the moment its
question was first opened and takes no time on the media clock, so that it is never taken for
speech: neither pace nor pauses are counted of it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.accommodations import NO_LIMIT, adjustments_of
from service.access.guests import Guest
from service.access.notices import require_answer
from service.audit import Entry, Tag, move, record
from service.errors import ServiceError
from service.settings import Settings
from service.tables import (
    TYPED,
    AskedQuestion,
    Session,
    SessionState,
    Utterance,
    UtteranceStatus,
    WordJson,
    utc_now,
)
from service.written import queries
from service.written.schemas import AnswerView, WrittenView

OVER = frozenset({SessionState.DRAINING, SessionState.CLOSED})
RUNNING = frozenset({SessionState.CONNECTING, SessionState.LIVE})
MOMENT = 0.001  # media seconds that a written answer takes
GRACE = timedelta(seconds=15)  # for what was typed in time and is still on its way
WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")


async def view(db: AsyncSession, guest: Guest, settings: Settings) -> WrittenView:
    """What was written so far, and until when there is time."""
    session = await db.get_one(Session, guest.session.id)
    rows = await queries.answers(db, session.id)
    return WrittenView(
        answers=[
            AnswerView(question_id=row.question_id, text=row.text, saved_at=row.created_at)
            for row in rows
            if row.question_id is not None
        ],
        started_at=session.started_at,
        ends_at=await _ends_at(db, guest, session=session, settings=settings),
        now=utc_now(),
    )


async def _ends_at(
    db: AsyncSession, guest: Guest, *, session: Session, settings: Settings
) -> datetime | None:
    """None before the first word, and for whoever needs no limit."""
    adjusted = await adjustments_of(db, guest.invitation.id)
    seconds = adjusted.allowed(settings.session_max_seconds)
    if session.started_at is None or seconds >= NO_LIMIT:
        return None
    return session.started_at + timedelta(seconds=seconds)


async def save(
    db: AsyncSession, guest: Guest, *, question_id: UUID, text: str, settings: Settings
) -> None:
    """Keep an answer as far as it has come; an empty one is taken back.

    Raises ServiceError 403 or 409 without an answer to the notice that counts, 404 for a question
    of another interview, 409 `session_over`, `time_over`, `question_mismatch`.
    """
    require_answer(guest, settings)
    if await queries.question(db, guest.plan.id, question_id) is None:
        raise ServiceError("not_found", 404, "There is no such question.")
    session = await queries.lock_session(db, guest.session.id)
    await _begin(db, guest, session=session)
    ends = await _ends_at(db, guest, session=session, settings=settings)
    if ends is not None and utc_now() > ends + GRACE:
        raise ServiceError("time_over", 409, "The time is over. Hand in what you have.")
    at = await _opened(db, session, question_id)
    row = await queries.answer(db, session.id, question_id)
    if not text:
        if row is not None:
            await db.delete(row)
        return
    row = row or Utterance(session_id=session.id, question_id=question_id, start=at, end=at)
    _fill(row, text=text, at=at, language=session.language)
    db.add(row)
    await db.flush()


async def _begin(db: AsyncSession, guest: Guest, *, session: Session) -> None:
    state = SessionState(session.state)
    if state in OVER:
        raise ServiceError("session_over", 409, "This interview is over.")
    if session.started_at is None:
        session.started_at = utc_now()
        db.add(session)
        await db.flush()
    if state is SessionState.INVITED:  # who is not recorded has agreed to write, all the same
        await move(db, session, SessionState.CONSENTED, actor=guest.actor)


async def _opened(db: AsyncSession, session: Session, question_id: UUID) -> float:
    """When the question was first put, in seconds of the sitting; the first time is now."""
    row = await queries.asked(db, session.id, question_id)
    if row is not None:
        return row.started
    if SessionState(session.state) in RUNNING:
        raise ServiceError("question_mismatch", 409, "This question has not been asked yet.")
    at = _elapsed(session)
    db.add(AskedQuestion(session_id=session.id, question_id=question_id, started=at))
    await db.flush()
    detail = {"question_id": question_id, "at": round(at, 3), "in_writing": True}
    subject = f"question:{question_id}"
    await record(db, Entry(Tag.QUESTION_ASKED, "system", subject, session.id, detail))
    return at


def _elapsed(session: Session) -> float:
    begun = session.started_at or utc_now()
    return max(0.0, (utc_now() - begun).total_seconds())


def _fill(row: Utterance, *, text: str, at: float, language: str) -> None:
    row.start, row.end = at, at + MOMENT
    row.status, row.text = UtteranceStatus.DONE, text
    row.words = [
        WordJson(text=word, start=row.start, end=row.end, confidence=1.0)
        for word in WORD.findall(text)
    ]
    row.language, row.engine, row.engine_version = language, TYPED, "1"
    row.confidence, row.created_at = 1.0, utc_now()


async def submit(db: AsyncSession, guest: Guest, *, settings: Settings) -> bool:
    """Hand in; a repeat changes nothing (False). Raises ServiceError 409 when nothing is there."""
    require_answer(guest, settings)
    session = await queries.lock_session(db, guest.session.id)
    state = SessionState(session.state)
    if state in OVER:
        return False
    if state in RUNNING:
        raise ServiceError("interview_running", 409, "The interview is running. End it instead.")
    written = await queries.count(db, session.id)
    if not written:
        raise ServiceError("nothing_written", 409, "Answer at least one question first.")
    await move(db, session, SessionState.DRAINING, actor=guest.actor)
    seconds = max(session.media_seconds, _elapsed(session))
    await queries.end(db, session.id, at=utc_now(), seconds=seconds)
    await db.refresh(session)
    subject = f"session:{session.id}"
    await record(db, Entry(Tag.UTTERANCES_SAVED, "system", subject, session.id, {TYPED: written}))
    await move(db, session, SessionState.CLOSED, actor="system")
    return True
