"""A person's rating takes the place of the one in force; nothing that was rated is ever edited."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service import outbox
from service.access.blind_queries import must_see_ratings
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.review import queries, work_queries
from service.review.corrections import overlaid
from service.review.hands import SHORTEST_REASON, By
from service.review.schemas import OverrideDraft, Span
from service.tables import Competency, EvidenceJson, RaterKind, Rating, Session, Utterance


def stale() -> ServiceError:
    """What whoever came second is told."""
    return ServiceError(
        "rating_stale", 409, "Somebody has rated this since you opened it. Look again, then decide."
    )


@dataclass(frozen=True, slots=True)
class Target:
    """Which rating of which session."""

    session_id: UUID
    competency_id: UUID


@dataclass(frozen=True, slots=True)
class _Place:
    session: Session
    competency: Competency


async def _place(db: AsyncSession, target: Target) -> _Place:
    session = await queries.lock_session(db, target.session_id)
    if session is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    competency = await queries.competency(db, session.plan_id, target.competency_id)
    if competency is None:
        raise ServiceError("not_found", 404, "This interview does not rate that competency.")
    return _Place(session, competency)


async def _evidence(db: AsyncSession, draft: OverrideDraft, session_id: UUID) -> list[EvidenceJson]:
    """Quotes of the utterances and spans named, as they read now."""
    wanted = list(dict.fromkeys([*draft.evidence, *(span.utterance_id for span in draft.spans)]))
    found = await queries.said(db, session_id, wanted) if wanted else {}
    if len(found) < len(wanted):
        raise _unknown()
    in_force = await work_queries.corrections_in_force(db, session_id) if wanted else {}
    said = {row.id: row for row in overlaid(list(found.values()), in_force)}
    whole = [_quote(said[one]) for one in dict.fromkeys(draft.evidence)]
    return whole + [_part(said[span.utterance_id], span) for span in draft.spans]


def _unknown() -> ServiceError:
    return ServiceError(
        "evidence_unknown", 422, "Some of the evidence was not said in this interview."
    )


def _quote(row: Utterance) -> EvidenceJson:
    return EvidenceJson(utterance_id=str(row.id), quote=row.text, start=row.start, end=row.end)


def _part(row: Utterance, span: Span) -> EvidenceJson:
    """The words from `first` to `last`, joined as the language joins them."""
    words = row.words[span.first : span.last + 1]
    if not words or span.last >= len(row.words):
        raise _unknown()
    gap = "" if row.language.startswith("zh") else " "
    quote = gap.join(word["text"] for word in words)
    start, end = words[0]["start"], words[-1]["end"]
    return EvidenceJson(utterance_id=str(row.id), quote=quote, start=start, end=end)


async def _retire(db: AsyncSession, place: _Place, replaces: UUID | None) -> Rating | None:
    """Take what `replaces` names out of force, if it is still what is in force."""
    current = await queries.current_rating(db, place.session.id, place.competency.id)
    if (current.id if current else None) != replaces:
        raise stale()
    if current is not None and not await queries.retire(db, current.id):
        raise stale()
    return current


async def override(
    db: AsyncSession, target: Target, *, draft: OverrideDraft, by: By
) -> queries.RatingRow:
    """Put a person's rating in force, with its audit event, in the caller's transaction.

    Raises ServiceError 404, `rating_stale` or `blind_first` (409), `reason_missing` or
    `evidence_unknown` (422).
    """
    if len(draft.reason) < SHORTEST_REASON:
        raise ServiceError("reason_missing", 422, "Say why: the reason stays with the rating.")
    place = await _place(db, target)
    await must_see_ratings(db, by.id, target.session_id)
    evidence = await _evidence(db, draft, place.session.id)
    before = await _retire(db, place, draft.replaces)
    rating = Rating(
        session_id=place.session.id,
        competency_id=place.competency.id,
        rater=RaterKind.HUMAN,
        account_id=by.id,
        rubric_version=await queries.rubric_version(db, place.session.plan_id),
        level=draft.level,
        reason=draft.reason,
        evidence=evidence,
        supersedes_id=before.id if before else None,
    )
    db.add(rating)
    try:
        await db.flush()
    except IntegrityError as error:  # the partial unique index: one rating in force
        raise stale() from error
    await _tell(db, rating, before, by=by)
    return await queries.one_rating(db, rating.id)


async def _tell(db: AsyncSession, rating: Rating, before: Rating | None, *, by: By) -> None:
    """The webhook and the record. Neither names the reason (it may hold names).

    The record holds the reason's hash: a changed reason would show.
    """
    facts = {
        "competency_id": rating.competency_id,
        "replaces": before.id if before else None,
        "from": before.level if before else None,
        "to": rating.level,
    }
    data = {**facts, "rating_id": rating.id, "account_id": by.id}
    event = outbox.Event("rating.changed", rating.session_id, data)
    await outbox.put(db, event, settings=by.settings)
    detail = {
        **facts,
        "evidence": [item["utterance_id"] for item in rating.evidence],
        "reason_sha256": hashlib.sha256((rating.reason or "").encode()).hexdigest(),
    }
    subject = f"rating:{rating.id}"
    await record(db, Entry(Tag.RATING_OVERRIDDEN, by.actor, subject, rating.session_id, detail))
