"""Which cases want a person, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.review import queue_queries
from service.review.schemas import Need, Queue, QueueItem, QueueRating
from service.scoring.ratings import Abstention
from service.tables import Competency, RaterKind, Rating, SessionState

BEGUN = (
    SessionState.CONNECTING,
    SessionState.LIVE,
    SessionState.DRAINING,
    SessionState.CLOSED,
    SessionState.FAILED,
)
OVER = frozenset({SessionState.CLOSED, SessionState.FAILED})
UNSURE = frozenset({Abstention.UNSURE.value, Abstention.FALLBACK.value})
WIDE = 2.0  # levels: an interval as wide as this leaves the level open

Pair = tuple[Rating, Competency]


def is_unsure(rating: Rating) -> bool:
    """Whether the model itself says that it heard or knows too little."""
    if rating.rater is not RaterKind.MODEL:
        return False
    if rating.abstained in UNSURE:
        return True
    known = rating.level is not None and rating.low is not None and rating.high is not None
    return known and (rating.high or 0.0) - (rating.low or 0.0) >= WIDE


async def page(db: AsyncSession, state: SessionState | None, *, page: int, size: int) -> Queue:
    """One page, the newest sessions first; no `state`: all that have begun."""
    states = (state,) if state else BEGUN
    heads = await queue_queries.page(db, states, offset=(page - 1) * size, limit=size)
    ids = [head.session.id for head in heads]
    ratings: dict[UUID, list[Pair]] = defaultdict(list)
    for rating, competency in await queue_queries.current_ratings(db, ids):
        ratings[rating.session_id].append((rating, competency))
    unheard = await queue_queries.unheard(db, ids)
    reviewed = await queue_queries.reviewed(db, ids)
    items = []
    for head in heads:
        session, own = head.session, ratings[head.session.id]
        is_unreviewed = session.id not in reviewed and SessionState(session.state) in OVER
        needs = _needs(own, is_unheard=session.id in unheard, is_unreviewed=is_unreviewed)
        items.append(
            QueueItem(
                session_id=session.id,
                candidate_name=head.candidate.name,
                plan_title=head.plan.title,
                language=session.language,
                state=SessionState(session.state),
                started_at=session.started_at,
                ended_at=session.ended_at,
                needs=needs,
                current_ratings=[_short(*pair) for pair in own],
            )
        )
    return Queue(items=items, total=await queue_queries.count(db, states))


def _needs(own: Sequence[Pair], *, is_unheard: bool, is_unreviewed: bool) -> list[Need]:
    found: list[tuple[Need, bool]] = [
        ("abstained", any(rating.level is None for rating, _ in own)),
        ("low_confidence", any(is_unsure(rating) for rating, _ in own)),
        ("waiting_transcript", is_unheard),
        ("unreviewed", is_unreviewed),
    ]
    return [need for need, holds in found if holds]


def _short(rating: Rating, competency: Competency) -> QueueRating:
    return QueueRating(
        competency_id=competency.id,
        name=competency.name,
        level=rating.level,
        rater=RaterKind(rating.rater),
    )
