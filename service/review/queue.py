"""Which cases want a person, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind import CLEAR, may_see
from service.access.blind_queries import sights
from service.access.people import Person
from service.access.permissions import ROLES, Permission
from service.review import queue_queries
from service.review.freezing import frozen
from service.review.queue_cursor import Cursor, decode, encode
from service.review.queue_queries import Cut, Entry, Place, ShortRating, Wanted
from service.review.queue_schemas import (
    Colleague,
    Need,
    PlanChoice,
    Queue,
    QueueChoices,
    QueueCounts,
    QueueFilter,
    QueueItem,
    QueueQuery,
    QueueRating,
)
from service.tables import RaterKind, SessionState

BEGUN = (
    SessionState.CONNECTING,
    SessionState.LIVE,
    SessionState.DRAINING,
    SessionState.CLOSED,
    SessionState.FAILED,
)
OVER = frozenset({SessionState.CLOSED, SessionState.FAILED})


def _wanted(asked: QueueFilter, person: Person) -> Wanted:
    assignee = person.id if asked.assignee == "me" else asked.assignee
    return Wanted(
        viewer=person.id,
        states=(asked.state,) if asked.state else BEGUN,
        text=asked.q,
        plan_id=asked.plan or None,
        assignee=assignee if isinstance(assignee, UUID) else None,
        is_unassigned=assignee == "none",
        language=asked.language,
        label=asked.label,
        confidence=asked.confidence,
        is_overdue=asked.overdue,
        is_contested=asked.contested,
        is_open=asked.open,
    )


async def page(db: AsyncSession, asked: QueueQuery, *, person: Person, now: datetime) -> Queue:
    """One page. Raises ServiceError 422 for a cursor of another query."""
    after = None
    if asked.cursor:
        after = decode(asked.cursor, sort=asked.sort, descending=asked.descending)
        now = after.at
    cut = Cut(asked.sort, asked.descending, now, after, asked.size + 1)
    found = await queue_queries.places(db, _wanted(asked, person), cut)
    shown = found[: asked.size]
    return Queue(
        items=await _items(db, shown, viewer=person.id),
        next=encode(_cursor(shown[-1], cut)) if len(found) > asked.size else None,
    )


def _cursor(last: Place, cut: Cut) -> Cursor:
    key = None if isinstance(last.key, str) else float(last.key)
    return Cursor(cut.sort, cut.descending, key, last.id, cut.now)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a page knows of all its sessions."""

    entries: dict[UUID, Entry]
    ratings: dict[UUID, list[ShortRating]]
    labels: dict[UUID, list[str]]
    unheard: set[UUID]
    reviewed: set[UUID]


async def _items(db: AsyncSession, places: Sequence[Place], *, viewer: UUID) -> list[QueueItem]:
    ids = [place.id for place in places]
    blind, held = await sights(db, viewer, ids), await frozen(db, ids)
    ratings: dict[UUID, list[ShortRating]] = defaultdict(list)
    for rating in await queue_queries.current_ratings(db, ids):
        hold = held.get(rating.session_id)
        if hold is not None and hold.hides(rating.rater, rating.competency_id):
            continue
        if may_see(rating.account_id, blind.get(rating.session_id, CLEAR), viewer):
            ratings[rating.session_id].append(rating)
    seen = _Seen(
        await queue_queries.entries(db, ids),
        ratings,
        await queue_queries.labels(db, ids),
        await queue_queries.unheard(db, ids),
        await queue_queries.reviewed(db, ids),
    )
    return [_item(place, seen) for place in places]


def _item(place: Place, seen: _Seen) -> QueueItem:
    entry = seen.entries[place.id]
    due_at = entry.ended_at and entry.ended_at + timedelta(hours=entry.review_hours)
    return QueueItem(
        session_id=place.id,
        candidate_name=entry.candidate_name,
        candidate_email=entry.candidate_email,
        plan_id=entry.plan_id,
        plan_title=entry.plan_title,
        language=entry.language,
        state=entry.state,
        started_at=entry.started_at,
        ended_at=entry.ended_at,
        due_at=due_at,
        is_open=place.is_open,
        needs=_needs(place, seen),
        current_ratings=[_short(rating) for rating in seen.ratings[place.id]],
        assignee=_assignee(entry),
        labels=seen.labels[place.id],
    )


def _assignee(entry: Entry) -> Colleague | None:
    if entry.assignee_id is None:
        return None
    return Colleague(id=entry.assignee_id, name=entry.assignee_name or "")


def _needs(place: Place, seen: _Seen) -> list[Need]:
    is_over = seen.entries[place.id].state in OVER
    found: list[tuple[Need, bool]] = [
        ("contested", place.is_contested),
        ("overdue", place.is_overdue),
        ("abstained", any(rating.level is None for rating in seen.ratings[place.id])),
        ("low_confidence", place.is_unsure),
        ("waiting_transcript", place.id in seen.unheard),
        ("unreviewed", is_over and place.is_open and place.id not in seen.reviewed),
    ]
    return [need for need, holds in found if holds]


def _short(rating: ShortRating) -> QueueRating:
    return QueueRating(
        competency_id=rating.competency_id,
        name=rating.name,
        level=rating.level,
        rater=RaterKind(rating.rater),
    )


async def counts(
    db: AsyncSession, asked: QueueFilter, *, person: Person, now: datetime
) -> QueueCounts:
    """How much there is of each kind."""
    found = await queue_queries.counts(db, _wanted(asked, person), now=now)
    begun = [row for state, row in found.items() if state in BEGUN]
    open_, contested, overdue, unsure, mine, unassigned = (
        sum(row[i] for row in begun) for i in range(1, 7)
    )
    return QueueCounts(
        states={state: found[state][0] if state in found else 0 for state in SessionState},
        open=open_,
        contested=contested,
        overdue=overdue,
        low_confidence=unsure,
        mine=mine,
        unassigned=unassigned,
    )


async def choices(db: AsyncSession) -> QueueChoices:
    """What there is to filter by."""
    raters = ROLES[Permission.CASES_RATE]
    return QueueChoices(
        plans=[PlanChoice(id=i, title=title) for i, title in await queue_queries.plans(db)],
        people=[Colleague(id=i, name=name) for i, name in await queue_queries.people(db, raters)],
        labels=list(await queue_queries.all_labels(db)),
        languages=list(await queue_queries.languages(db)),
    )
