"""SQL of calibration."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.tables import (
    Account,
    CalibrationSample,
    Competency,
    FittedModel,
    FittedState,
    InterviewPlan,
    RaterKind,
    Rating,
    Session,
    SessionState,
    Sheet,
    SheetLevel,
    SheetPurpose,
    TrialSession,
)
from service.trials.queries import OURS

BLIND = (SheetPurpose.TRIAL, SheetPurpose.RERATE)
GOLDEN = 500  # interviews that a new model is replayed on, the newest first


@dataclass(frozen=True, slots=True)
class Said:
    """One person's locked level of one interview."""

    session_id: UUID
    account_id: UUID
    level: int


async def competencies(db: AsyncSession) -> Sequence[tuple[Competency, InterviewPlan]]:
    """Every competency with its plan, the newest plans first."""
    statement = select(Competency, InterviewPlan).join(
        InterviewPlan, col(InterviewPlan.id) == Competency.plan_id
    )
    order = (col(InterviewPlan.created_at).desc(), col(Competency.index))
    return (await db.exec(statement.order_by(*order))).all()


async def rated_interviews(db: AsyncSession) -> dict[UUID, int]:
    """How many interviews people have rated blind, by competency."""
    statement = (
        select(SheetLevel.competency_id, sa.func.count(sa.distinct(col(Sheet.session_id))))
        .join(Sheet, col(Sheet.id) == SheetLevel.sheet_id)
        .where(col(Sheet.purpose).in_(BLIND), col(Sheet.locked_at).is_not(None))
        .group_by(col(SheetLevel.competency_id))
    )
    return {row[0]: row[1] for row in (await db.exec(statement)).all()}


async def sample_counts(db: AsyncSession) -> dict[UUID, int]:
    """How many samples each plan has."""
    statement = (
        select(Session.plan_id, sa.func.count())
        .join(CalibrationSample, col(CalibrationSample.session_id) == Session.id)
        .group_by(col(Session.plan_id))
    )
    return {row[0]: row[1] for row in (await db.exec(statement)).all()}


async def candidates(db: AsyncSession, plan_id: UUID) -> Sequence[UUID]:
    """Interviews of the plan that the model rated and that are neither samples nor on trial."""
    statement = select(Session.id).where(
        Session.plan_id == plan_id,
        col(Session.state) == SessionState.CLOSED,
        sa.exists().where(
            col(Rating.session_id) == Session.id,
            col(Rating.rater) == RaterKind.MODEL,
            col(Rating.level).is_not(None),
        ),
        ~sa.exists().where(col(CalibrationSample.session_id) == Session.id),
        ~sa.exists().where(col(TrialSession.session_id) == Session.id),
    )
    return (await db.exec(statement)).all()


async def said(db: AsyncSession, competency_id: UUID) -> list[Said]:
    """What people locked blind on a competency."""
    statement = (
        select(Sheet.session_id, Sheet.account_id, SheetLevel.level)
        .join(SheetLevel, col(SheetLevel.sheet_id) == Sheet.id)
        .where(
            SheetLevel.competency_id == competency_id,
            col(Sheet.purpose).in_(BLIND),
            col(Sheet.locked_at).is_not(None),
        )
    )
    return [Said(*row) for row in (await db.exec(statement)).all()]


async def details(
    db: AsyncSession, competency_id: UUID, also: Sequence[UUID]
) -> dict[UUID, dict[str, object]]:
    """The model's newest rating in full: of `also`, and of the newest interviews besides."""
    statement = (
        select(Rating.session_id, Rating.detail)
        .where(
            Rating.competency_id == competency_id,
            Rating.rater == RaterKind.MODEL,
            OURS,
            col(Rating.level).is_not(None),
        )
        .order_by(col(Rating.created_at).desc(), col(Rating.id).desc())
    )
    newest = (await db.exec(statement.limit(GOLDEN * 4))).all()
    own = (await db.exec(statement.where(col(Rating.session_id).in_(also)))).all()
    found: dict[UUID, dict[str, object]] = {}
    for session_id, detail in [*own, *newest]:
        if len(found) < GOLDEN + len(also):
            found.setdefault(session_id, dict(detail))
    return found


async def competency(db: AsyncSession, competency_id: UUID, *, lock: bool = False) -> bool:
    """Whether there is such a competency; its row is locked if a version is to be added."""
    statement = select(Competency).where(Competency.id == competency_id)
    if lock:
        statement = statement.with_for_update(key_share=True)
    return (await db.exec(statement)).first() is not None


async def models(
    db: AsyncSession, competency_id: UUID | None = None
) -> dict[UUID, list[FittedModel]]:
    """Fitted models by competency, the newest first."""
    statement = select(FittedModel).order_by(col(FittedModel.version).desc())
    if competency_id is not None:
        statement = statement.where(FittedModel.competency_id == competency_id)
    found: dict[UUID, list[FittedModel]] = defaultdict(list)
    for row in (await db.exec(statement)).all():
        found[row.competency_id].append(row)
    return found


async def model(db: AsyncSession, model_id: UUID, *, lock: bool = False) -> FittedModel | None:
    """One fitted model."""
    statement = select(FittedModel).where(FittedModel.id == model_id)
    return (await db.exec(statement.with_for_update() if lock else statement)).first()


async def published(db: AsyncSession, competency_id: UUID) -> FittedModel | None:
    """The model in force, where one was fitted."""
    statement = select(FittedModel).where(
        FittedModel.competency_id == competency_id, FittedModel.state == FittedState.PUBLISHED
    )
    return (await db.exec(statement.with_for_update())).first()


async def names(db: AsyncSession) -> dict[UUID, str]:
    """People by id."""
    return {row[0]: row[1] for row in (await db.exec(select(Account.id, Account.name))).all()}
