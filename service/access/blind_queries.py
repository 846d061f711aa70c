"""SQL behind `service.access.blind`: one query for any number of sessions."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind import CLEAR, Sight, must_see, sight
from service.tables import Session, Sheet, Trial, TrialSession, TrialState


async def sights(
    db: AsyncSession, viewer: UUID | None, session_ids: Collection[UUID]
) -> dict[UUID, Sight]:
    """What somebody may see of each session; those that are clear are left out.

    `viewer` None: somebody without a login, who can lock no sheet.
    """
    own = sa.and_(col(Sheet.session_id) == Session.id, col(Sheet.account_id) == viewer)
    statement = (
        select(Session.id, Trial.state, Sheet.id, Sheet.locked_at)
        .outerjoin(TrialSession, col(TrialSession.session_id) == Session.id)
        .outerjoin(Trial, col(Trial.id) == TrialSession.trial_id)
        .outerjoin(Sheet, own)
        .where(
            col(Session.id).in_(session_ids),
            sa.or_(col(Trial.id).is_not(None), col(Sheet.id).is_not(None)),
        )
    )
    return {
        session_id: sight(
            on_trial=state is not None,
            trial_runs=state is not None and TrialState(state) is TrialState.RUNNING,
            has_open=sheet_id is not None and locked_at is None,
            has_locked=locked_at is not None,
        )
        for session_id, state, sheet_id, locked_at in (await db.exec(statement)).all()
    }


async def sight_of(db: AsyncSession, viewer: UUID | None, session_id: UUID) -> Sight:
    """What somebody may see of one session."""
    return (await sights(db, viewer, [session_id])).get(session_id, CLEAR)


async def must_see_ratings(db: AsyncSession, viewer: UUID, session_id: UUID) -> None:
    """Refuse whoever is blind to the session. Raises ServiceError `blind_first` (409)."""
    must_see(await sight_of(db, viewer, session_id))


async def is_on_trial(db: AsyncSession, session_id: UUID) -> bool:
    """Whether a model's ratings of the session are kept in the shadow."""
    return await db.get(TrialSession, session_id) is not None
