"""A person accepts what a model proposed, or sets it aside. What was proposed is never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from service import outbox
from service.audit import Entry, Tag, record
from service.errors import ServiceError
from service.review import queries, work_queries
from service.review.hands import SHORTEST_REASON, By
from service.review.override import Target, stale
from service.review.standing import Standing, missing, whole
from service.review.work_schemas import (
    CompetencyView,
    StandingView,
    Summary,
    VerdictDraft,
    VerdictView,
)
from service.tables import Account, RaterKind, Rating, Session, Verdict, VerdictKind

TOLD: dict[VerdictKind, tuple[Tag, outbox.Kind]] = {
    VerdictKind.ACCEPT: (Tag.RATING_ACCEPTED, "rating.accepted"),
    VerdictKind.SET_ASIDE: (Tag.RATING_SET_ASIDE, "rating.set_aside"),
}


async def give(db: AsyncSession, target: Target, *, draft: VerdictDraft, by: By) -> Verdict:
    """Keep a verdict, with its audit event and webhook, in the caller's transaction.

    Raises ServiceError 404, `reason_missing` (422), `rating_stale`, `rated_by_person` or
    `nothing_to_accept` (409).
    """
    if draft.kind is VerdictKind.SET_ASIDE and len(draft.reason) < SHORTEST_REASON:
        raise ServiceError("reason_missing", 422, "Say why: the reason stays with the rating.")
    session = await queries.lock_session(db, target.session_id)
    if session is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    if await queries.competency(db, session.plan_id, target.competency_id) is None:
        raise ServiceError("not_found", 404, "This interview does not rate that competency.")
    rating = await queries.current_rating(db, session.id, target.competency_id)
    _check(rating, draft)
    before = await work_queries.current_verdict(db, session.id, target.competency_id)
    if (before.id if before else None) != draft.replaces:
        raise stale()
    return await _keep(db, session, draft=draft, place=_Place(target, rating, before, by))


def _check(rating: Rating | None, draft: VerdictDraft) -> None:
    if (rating.id if rating else None) != draft.rating_id:
        raise stale()
    if rating is not None and rating.rater is RaterKind.HUMAN:
        raise ServiceError(
            "rated_by_person", 409, "A person has rated this. Give a level of your own instead."
        )
    if draft.kind is VerdictKind.ACCEPT and (rating is None or rating.level is None):
        raise ServiceError(
            "nothing_to_accept", 409, "No level was proposed. Give one, or set it aside."
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """What a verdict is about, what it replaces, and who gives it."""

    target: Target
    rating: Rating | None
    before: Verdict | None
    by: By


async def _keep(
    db: AsyncSession, session: Session, *, draft: VerdictDraft, place: _Place
) -> Verdict:
    before, by = place.before, place.by
    if before is not None:
        await work_queries.retire_verdict(db, before.id)
    verdict = Verdict(
        session_id=session.id,
        competency_id=place.target.competency_id,
        rating_id=draft.rating_id,
        kind=draft.kind,
        reason=draft.reason,
        account_id=by.id,
        supersedes_id=before.id if before else None,
    )
    db.add(verdict)
    try:
        await db.flush()
    except IntegrityError as error:  # the partial unique index: one verdict in force
        raise stale() from error
    detail = {
        "competency_id": verdict.competency_id,
        "rating_id": verdict.rating_id,
        "level": place.rating.level if place.rating else None,
        "replaces": verdict.supersedes_id,
    }
    tag, kind = TOLD[draft.kind]
    data = {**detail, "account_id": by.id, "verdict_id": verdict.id}
    await outbox.put(db, outbox.Event(kind, session.id, data), settings=by.settings)
    hidden = {"reason_sha256": hashlib.sha256(draft.reason.encode()).hexdigest()}
    subject = f"verdict:{verdict.id}"
    await record(db, Entry(tag, by.actor, subject, session.id, {**detail, **hidden}))
    return verdict


def show(verdict: Verdict, account: Account) -> VerdictView:
    """A verdict with the name of whoever gave it."""
    return VerdictView(
        id=verdict.id,
        competency_id=verdict.competency_id,
        rating_id=verdict.rating_id,
        kind=VerdictKind(verdict.kind),
        reason=verdict.reason,
        by=account.name,
        at=verdict.created_at,
        is_current=verdict.is_current,
    )


def show_standing(
    found: Sequence[Standing], given: Sequence[tuple[Verdict, Account]]
) -> StandingView:
    """Where the case stands. `given`: its verdicts, for the names."""
    views = {verdict.id: show(verdict, account) for verdict, account in given}
    total = whole(found)
    summary = Summary(
        level=total.level,
        low=total.low,
        high=total.high,
        counted=total.counted,
        looked_at=len(found) - len(missing(found)),
        total=len(found),
    )
    competencies = [
        CompetencyView(
            id=each.competency.id,
            name=each.competency.name,
            description=each.competency.description,
            state=each.state,
            rating_id=each.rating.id if each.rating else None,
            verdict=views.get(each.verdict.id) if each.verdict else None,
        )
        for each in found
    ]
    return StandingView(competencies=competencies, summary=summary)


async def standing_view(db: AsyncSession, session: Session) -> StandingView:
    """Where the case stands in this transaction."""
    found = await work_queries.standing(db, session.id, session.plan_id)
    return show_standing(found, await work_queries.verdicts(db, session.id))
