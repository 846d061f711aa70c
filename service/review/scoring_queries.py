"""SQL of what a session is rated by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from service.scoring.digest import Json
from service.scoring.score_model import ScoreModel, parse
from service.tables import (
    Competency,
    FittedModel,
    FittedState,
    QuestionCompetency,
    Rubric,
    RubricAnchor,
)


@dataclass(frozen=True, slots=True)
class RubricRows:
    """The rubric in force. `asked`: question id -> ids of the competencies it asks after."""

    rubric: Rubric
    competencies: Sequence[Competency]
    anchors: Sequence[RubricAnchor]
    asked: dict[UUID, list[UUID]]


async def fitted(
    db: AsyncSession, plan_id: UUID, *, also_retired: bool = False
) -> tuple[tuple[str, ScoreModel], ...]:
    """The score models that were fitted to people's ratings and published: (competency, model)."""
    states = [FittedState.PUBLISHED, *([FittedState.RETIRED] if also_retired else [])]
    statement = (
        select(FittedModel)
        .join(Competency, col(Competency.id) == FittedModel.competency_id)
        .where(Competency.plan_id == plan_id, col(FittedModel.state).in_(states))
        .order_by(col(FittedModel.competency_id), col(FittedModel.version))
    )
    found = (await db.exec(statement)).all()
    return tuple((str(row.competency_id), parse(cast(Json, row.document))) for row in found)


async def rubric(db: AsyncSession, plan_id: UUID) -> RubricRows:
    """A plan's rubric with everything under it, in a fixed order."""
    current = select(Rubric).where(Rubric.plan_id == plan_id, col(Rubric.is_current))
    found = (await db.exec(current)).one()
    own = select(Competency).where(Competency.plan_id == plan_id)
    competencies = (await db.exec(own.order_by(col(Competency.index)))).all()
    anchors = select(RubricAnchor).where(RubricAnchor.rubric_id == found.id)
    links = (
        select(QuestionCompetency)
        .join(Competency, col(Competency.id) == QuestionCompetency.competency_id)
        .where(Competency.plan_id == plan_id)
        .order_by(col(Competency.index))
    )
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for link in (await db.exec(links)).all():
        asked[link.question_id].append(link.competency_id)
    ordered = (await db.exec(anchors.order_by(col(RubricAnchor.level)))).all()
    return RubricRows(found, competencies, ordered, dict(asked))


def without(rows: RubricRows, competencies: Collection[UUID]) -> RubricRows:
    """The rubric less some competencies."""
    return RubricRows(
        rows.rubric,
        [each for each in rows.competencies if each.id not in competencies],
        [each for each in rows.anchors if each.competency_id not in competencies],
        {
            question_id: [each for each in asked if each not in competencies]
            for question_id, asked in rows.asked.items()
        },
    )
