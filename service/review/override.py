"""A person's rating takes the place of the one in force; nothing that was rated is ever edited."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind_queries import must_see_ratings
from service.access.people import Person
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.review import queries
from service.review.schemas import OverrideDraft
from service.tables import Competency, EvidenceJson, RaterKind, Rating, Session

SHORTEST_REASON = 5


def _stale() -> ServiceError:
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
    """Quotes of the utterances named, as they read now."""
    wanted = list(dict.fromkeys(draft.evidence))
    found = await queries.said(db, session_id, wanted) if wanted else {}
    if len(found) < len(wanted):
        raise ServiceError(
            "evidence_unknown", 422, "Some of the evidence was not said in this interview."
        )
    said = (found[utterance_id] for utterance_id in wanted)
    return [
        EvidenceJson(utterance_id=str(u.id), quote=u.text, start=u.start, end=u.end) for u in said
    ]


async def _retire(db: AsyncSession, place: _Place, replaces: UUID | None) -> Rating | None:
    """Take what `replaces` names out of force, if it is still what is in force."""
    current = await queries.current_rating(db, place.session.id, place.competency.id)
    if (current.id if current else None) != replaces:
        raise _stale()
    if current is not None and not await queries.retire(db, current.id):
        raise _stale()
    return current


async def override(
    db: AsyncSession, target: Target, *, draft: OverrideDraft, person: Person
) -> queries.RatingRow:
    """Put a person's rating in force, with its audit event, in the caller's transaction.

    Raises ServiceError 404, `rating_stale` or `blind_first` (409), `reason_missing` or
    `evidence_unknown` (422).
    """
    if len(draft.reason) < SHORTEST_REASON:
        raise ServiceError("reason_missing", 422, "Say why: the reason stays with the rating.")
    place = await _place(db, target)
    await must_see_ratings(db, person.id, target.session_id)
    evidence = await _evidence(db, draft, place.session.id)
    before = await _retire(db, place, draft.replaces)
    rating = Rating(
        session_id=place.session.id,
        competency_id=place.competency.id,
        rater=RaterKind.HUMAN,
        account_id=person.id,
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
        raise _stale() from error
    await record(db, _entry(rating, before, person=person))
    return await queries.one_rating(db, rating.id)


def _entry(rating: Rating, before: Rating | None, *, person: Person) -> Entry:
    """Names no reason (it may hold names), but its hash: a changed reason would show."""
    detail = {
        "competency_id": rating.competency_id,
        "replaces": before.id if before else None,
        "from": before.level if before else None,
        "to": rating.level,
        "evidence": [item["utterance_id"] for item in rating.evidence],
        "reason_sha256": hashlib.sha256((rating.reason or "").encode()).hexdigest(),
    }
    subject = f"rating:{rating.id}"
    return Entry(Tag.RATING_OVERRIDDEN, person.actor, subject, rating.session_id, detail)
