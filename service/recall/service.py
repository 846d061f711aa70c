"""What was recorded, for the eyes and ears of whoever said it, and their own words beside it.

The engine's text is never edited, and own words count for no rating: reviewers see both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.guests import Guest
from service.access.queries import own_words_of, questions_of, takes_of
from service.access.tries import take_at
from service.audit import Entry, Tag, record
from service.blobs import BlobMissing, Blobs
from service.errors import ServiceError
from service.recall import queries
from service.recall.schemas import AnsweredView, RecallView, SaidView, TryView
from service.tables import OwnWords, Question, SessionState, Take, Utterance

OPEN = frozenset({SessionState.CONNECTING, SessionState.LIVE})


async def view(db: AsyncSession, guest: Guest) -> RecallView:
    """Everything that was said so far, by question and try."""
    session_id = guest.session.id
    takes = await takes_of(db, session_id)
    said = await queries.utterances(db, session_id)
    own = await own_words_of(db, session_id)
    shown = [
        AnsweredView(
            question_id=question.id,
            index=question.index,
            text=question.text,
            tries=_tries(question, takes, said=said, own=own),
        )
        for question in await questions_of(db, guest.plan.id)
    ]
    return RecallView(is_open=_is_open(guest), questions=shown)


def _is_open(guest: Guest) -> bool:
    return SessionState(guest.session.state) in OPEN


def _tries(
    question: Question,
    takes: Sequence[Take],
    *,
    said: Sequence[Utterance],
    own: Mapping[UUID, OwnWords],
) -> list[TryView]:
    mine = [take for take in takes if take.question_id == question.id]
    found: dict[int, list[SaidView]] = {take.number: [] for take in mine}
    for row in said:
        take = take_at(mine, row.question_id, (row.start + row.end) / 2)
        if take is not None:
            found[take.number].append(_said(row, own.get(row.id)))
    last = max(found, default=0)
    return [
        TryView(
            number=take.number,
            is_replaced=take.number < last,
            seconds=_seconds(take),
            said=found[take.number],
        )
        for take in mine
    ]


def _seconds(take: Take) -> float | None:
    if take.began is None or take.ended is None:
        return None
    return max(0.0, take.ended - take.began)


def _said(row: Utterance, own: OwnWords | None) -> SaidView:
    return SaidView(
        id=row.id,
        start=row.start,
        end=row.end,
        status=row.status,
        text=row.text,
        own_text=own.text if own else None,
    )


def _unknown() -> ServiceError:
    return ServiceError("not_found", 404, "Nothing of that id was said in this interview.")


async def sound(db: AsyncSession, guest: Guest, utterance_id: UUID, *, blobs: Blobs) -> bytes:
    """What was said, as FLAC. Raises ServiceError 404."""
    row = await queries.utterance(db, guest.session.id, utterance_id)
    if row is None or not row.audio_key:
        raise _unknown()
    try:
        return await blobs.get(row.audio_key)
    except BlobMissing as error:
        raise _unknown() from error


async def give_words(db: AsyncSession, guest: Guest, utterance_id: UUID, *, text: str) -> None:
    """Put own words beside an utterance; empty takes earlier ones back. The same again: nothing.

    Raises ServiceError `session_over` (409) once submitted, 404 for what was not theirs.
    """
    session = await queries.lock_session(db, guest.session.id)
    if SessionState(session.state) not in OPEN:
        raise ServiceError("session_over", 409, "The interview was submitted.")
    row = await queries.utterance(db, session.id, utterance_id)
    if row is None:
        raise _unknown()
    before = await queries.own_words(db, row.id)
    if text == (before.text if before else ""):
        return
    if before is not None:
        await queries.retire(db, before.id)
    words: OwnWords | None = None
    if text:
        words = OwnWords(session_id=session.id, utterance_id=row.id, text=text)
        words.supersedes_id = before.id if before else None
        db.add(words)
        await db.flush()
    digest = hashlib.sha256(text.encode()).hexdigest()
    detail = {"utterance_id": row.id, "words_id": words.id if words else None}
    subject = f"utterance:{row.id}"
    entry = Entry(
        Tag.OWN_WORDS_GIVEN, guest.actor, subject, session.id, {**detail, "text_sha256": digest}
    )
    await record(db, entry)
