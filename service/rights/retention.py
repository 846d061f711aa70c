"""What is kept no longer than the notice says, class by class.

Counted from the end of the interview; of one that never was, from the day its link expired. An open
contest or request holds everything back until it is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.notices import notice_for
from service.errors import ServiceError
from service.rights.erasing import WHOLE, Eraser, Order
from service.settings import Settings
from service.tables import (
    Contest,
    Erasure,
    InterviewPlan,
    Invitation,
    Login,
    Observation,
    Recording,
    RequestState,
    RightsRequest,
    Session,
    SessionState,
    Utterance,
    WebhookEvent,
)

BIOMETRIC_DAYS = 30  # also where the notice does not offer it (any more)
SHORTEST = timedelta(days=BIOMETRIC_DAYS)  # nothing is due before
RUNNING = frozenset({SessionState.CONNECTING, SessionState.LIVE, SessionState.DRAINING})
Class = Literal["everything", "recording", "biometric"]


@dataclass(frozen=True, slots=True)
class Due:
    """What is past its age. `held`: an answer is owed first."""

    session_id: UUID
    what: Class
    since: datetime
    held: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    session: Session
    invitation: Invitation
    jurisdiction: str

    @property
    def counted_from(self) -> datetime:
        if self.session.ended_at is not None:
            return self.session.ended_at
        known = (self.invitation.expires_at, self.session.started_at)
        return max(at for at in known if at is not None)


async def due(db: AsyncSession, settings: Settings, *, now: datetime) -> list[Due]:
    """Everything past its age at `now`, the oldest first."""
    statement = (
        select(Session, Invitation, InterviewPlan.jurisdiction)
        .join(Invitation, col(Invitation.id) == Session.invitation_id)
        .join(InterviewPlan, col(InterviewPlan.id) == Session.plan_id)
        .where(col(Session.state).not_in(RUNNING))
        .where(func.coalesce(Session.ended_at, Invitation.expires_at) <= now - SHORTEST)
    )
    rows = [_Row(*row) for row in (await db.exec(statement)).all()]
    held = await _held(db)
    pictured, looked_at = await _with_pictures(db), await _looked_at(db)
    found: list[Due] = []
    for row in rows:
        ages = _ages(row.jurisdiction, settings)
        whole = row.counted_from + timedelta(days=max(ages["personal"], ages["content"]))
        own: list[tuple[Class, datetime, bool]] = [
            ("everything", whole, True),
            ("recording", _after(row, ages["recording"]), row.session.id in pictured),
            ("biometric", _after(row, ages["biometric"]), row.session.id in looked_at),
        ]
        past = [(what, since) for what, since, has in own if has and since <= now]
        if past and past[0][0] == "everything":
            past = past[:1]
        found.extend(
            Due(row.session.id, what, since, row.session.id in held) for what, since in past
        )
    return sorted(found, key=lambda one: one.since)


def _after(row: _Row, days: int) -> datetime:
    return row.counted_from + timedelta(days=days)


def _ages(jurisdiction: str, settings: Settings) -> dict[str, int]:
    kept = {one.data_class: one.days for one in notice_for(jurisdiction, settings).retention}
    return {"biometric": BIOMETRIC_DAYS} | kept


async def _held(db: AsyncSession) -> set[UUID]:
    contests = select(Contest.session_id).where(col(Contest.answered_at).is_(None))
    requests = select(RightsRequest.session_id).where(RightsRequest.state == RequestState.OPEN)
    return {*(await db.exec(contests)).all(), *(await db.exec(requests)).all()}


async def _with_pictures(db: AsyncSession) -> set[UUID]:
    files = select(Recording.session_id).distinct()
    sounds = select(Utterance.session_id).where(Utterance.audio_key != "").distinct()
    return {*(await db.exec(files)).all(), *(await db.exec(sounds)).all()}


async def _looked_at(db: AsyncSession) -> set[UUID]:
    return set((await db.exec(select(Observation.session_id).distinct())).all())


async def enforce(eraser: Eraser, found: Iterable[Due]) -> list[Due]:
    """Erase what is due and not held; what went, for the record."""
    done: list[Due] = []
    for one in found:
        if one.held:
            continue
        classes = WHOLE if one.what == "everything" else (one.what,)
        try:
            await eraser.erase(Order(one.session_id, "retention", classes))
        except ServiceError:  # begun or erased since we looked
            continue
        done.append(one)
    return done


async def prune_log(db: AsyncSession, settings: Settings, *, now: datetime) -> int:
    """Logins, settled requests, tombstones and sent events past the age of the log.

    The audit chain stays: it holds ids alone, and would break.
    """
    kept = {one.data_class: one.days for one in notice_for("STRICT", settings).retention}
    before = now - timedelta(days=kept["log"])
    settled = col(RightsRequest.state) != RequestState.OPEN
    sent = or_(col(WebhookEvent.sent_at).is_not(None), col(WebhookEvent.dropped_at).is_not(None))
    statements = (
        delete(Login).where(col(Login.expires_at) < before),
        delete(RightsRequest).where(settled, col(RightsRequest.created_at) < before),
        delete(Erasure).where(col(Erasure.erased_at) < before),
        delete(WebhookEvent).where(sent, col(WebhookEvent.created_at) < before),
    )
    return sum([(await db.exec(statement)).rowcount for statement in statements])


def summary(found: Sequence[Due]) -> dict[str, int]:
    """How much of what is due, for a log line."""
    counts = {"everything": 0, "recording": 0, "biometric": 0, "held": 0}
    for one in found:
        counts["held" if one.held else one.what] += 1
    return counts
