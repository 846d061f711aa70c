"""Words that a person heard better. What the engine wrote stays beside them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service import outbox
from service.access.queries import takes_of
from service.access.tries import is_replaced
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.review import queries, work_queries
from service.review.alignment import align
from service.review.hands import By
from service.review.work_schemas import CorrectionDraft, CorrectionView
from service.tables import Account, Correction, Utterance, UtteranceStatus


def _stale() -> ServiceError:
    return ServiceError(
        "correction_stale", 409, "Somebody has corrected this since you opened it. Look again."
    )


async def correct(
    db: AsyncSession, place: tuple[UUID, UUID], *, draft: CorrectionDraft, by: By
) -> Correction:
    """Put corrected words in force. `place`: session and utterance.

    Raises ServiceError 404, `correction_stale` (409) or `correction_empty` (422).
    """
    session = await queries.lock_session(db, place[0])
    utterance = await work_queries.utterance(db, *place)
    if session is None or utterance is None:
        raise ServiceError("not_found", 404, "Nothing of that id was said in this interview.")
    in_force = (await work_queries.corrections_in_force(db, session.id)).get(utterance.id)
    if (in_force.id if in_force else None) != draft.replaces:
        raise _stale()
    words = align(draft.text, utterance.words, start=utterance.start, end=utterance.end)
    if not words:
        raise ServiceError("correction_empty", 422, "Write at least one word.")
    if in_force is not None:
        await work_queries.retire_correction(db, in_force.id)
    row = Correction(
        session_id=session.id,
        utterance_id=utterance.id,
        text=draft.text,
        words=words,
        account_id=by.id,
        supersedes_id=in_force.id if in_force else None,
    )
    db.add(row)
    try:
        await db.flush()
    except IntegrityError as error:  # the partial unique index: one correction in force
        raise _stale() from error
    await _tell(db, row, by=by)
    return row


async def _tell(db: AsyncSession, row: Correction, *, by: By) -> None:
    detail = {"utterance_id": row.utterance_id, "replaces": row.supersedes_id}
    data = {**detail, "correction_id": row.id, "account_id": by.id}
    event = outbox.Event("transcript.corrected", row.session_id, data)
    await outbox.put(db, event, settings=by.settings)
    hidden = {"text_sha256": hashlib.sha256(row.text.encode()).hexdigest()}
    subject = f"correction:{row.id}"
    entry = Entry(Tag.UTTERANCE_CORRECTED, by.actor, subject, row.session_id, {**detail, **hidden})
    await record(db, entry)


def overlaid(
    utterances: Sequence[Utterance], in_force: Mapping[UUID, Correction]
) -> list[Utterance]:
    """The utterances as corrected; copies where something differs, the rows are left alone."""
    return [_corrected(row, in_force[row.id]) if row.id in in_force else row for row in utterances]


def _corrected(row: Utterance, correction: Correction) -> Utterance:
    changes = {
        "text": correction.text,
        "words": correction.words,
        "status": UtteranceStatus.DONE,
        "is_fallback": False,  # an engine's doubts are not a person's
        "confidence": 1.0,
    }
    return Utterance(**(row.model_dump() | changes))


async def utterances_in_force(db: AsyncSession, session_id: UUID) -> list[Utterance]:
    """What was said, as corrected; what ratings are made from. Tries that were replaced are out."""
    in_force = await work_queries.corrections_in_force(db, session_id)
    takes = await takes_of(db, session_id)
    said = await queries.utterances(db, session_id)
    counts = [
        row for row in said if not is_replaced(takes, row.question_id, (row.start + row.end) / 2)
    ]
    return overlaid(counts, in_force)


def show(correction: Correction, account: Account) -> CorrectionView:
    """A correction with the name of whoever made it."""
    return CorrectionView(
        id=correction.id,
        text=correction.text,
        by=account.name,
        at=correction.created_at,
        is_current=correction.is_current,
    )
