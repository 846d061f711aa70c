"""Candidates side by side, under one version of one rubric or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind_queries import must_see_ratings
from service.access.people import Person
from service.errors import ServiceError
from service.export import queries
from service.export.schemas import (
    ComparedCase,
    ComparedCompetency,
    ComparedRating,
    Comparison,
)
from service.review import queries as cases
from service.review import rating_views, verdicts, work_queries
from service.review.schemas import CasePlan
from service.tables import Decision, RaterKind

FEWEST, MOST = 2, 5


async def compare(db: AsyncSession, session_ids: Sequence[UUID], *, person: Person) -> Comparison:
    """Two to five cases side by side.

    Raises ServiceError 404, `compare_count` (422), `blind_first`, `mixed_plans` or
    `mixed_versions` (409).
    """
    wanted = list(dict.fromkeys(session_ids))
    if not FEWEST <= len(wanted) <= MOST:
        raise ServiceError("compare_count", 422, "Choose two to five different candidates.")
    heads = [await _head(db, one, person) for one in wanted]
    plan = heads[0].plan
    if any(head.plan.id != plan.id for head in heads):
        raise ServiceError(
            "mixed_plans",
            409,
            "These interviews were held for different plans. Compare within one.",
        )
    decided = await queries.outcomes(db, wanted)
    rated = {one: await cases.ratings(db, one) for one in wanted}
    version = _one_version(rated, default=await cases.rubric_version(db, plan.id))
    competencies = await work_queries.competencies(db, plan.id)
    return Comparison(
        plan=CasePlan.model_validate(plan),
        rubric_version=version,
        competencies=[ComparedCompetency(id=each.id, name=each.name) for each in competencies],
        cases=[
            await _case(db, head, rated[head.session.id], decided.get(head.session.id))
            for head in heads
        ],
    )


async def _head(db: AsyncSession, session_id: UUID, person: Person) -> cases.Head:
    head = await cases.head(db, session_id)
    if head is None:
        raise ServiceError("not_found", 404, "There is no such case.")
    await must_see_ratings(db, person.id, session_id)
    return head


def _one_version(rated: dict[UUID, list[cases.RatingRow]], *, default: int) -> int:
    """The version that every rating in force was made under; it must be one."""
    found = {
        row.rating.rubric_version
        for rows in rated.values()
        for row in rows
        if row.rating.is_current
    }
    if len(found) > 1:
        versions = ", ".join(map(str, sorted(found)))
        raise ServiceError(
            "mixed_versions",
            409,
            f"These candidates were rated under different versions of the rubric ({versions}): "
            "a level does not mean the same in each. Rate them under one version first.",
            extra={"versions": sorted(found)},
        )
    return found.pop() if found else default


async def _case(
    db: AsyncSession,
    head: cases.Head,
    rows: Sequence[cases.RatingRow],
    decision: Decision | None,
) -> ComparedCase:
    session = head.session
    standing = await verdicts.standing_view(db, session)
    views = {
        row.rating.competency_id: rating_views.show(row) for row in rows if row.rating.is_current
    }
    ratings = []
    for each in standing.competencies:
        view = views.get(each.id)
        ratings.append(
            ComparedRating(
                competency_id=each.id,
                state=each.state,
                level=view.level if view else None,
                low=view.low if view else None,
                high=view.high if view else None,
                rater=RaterKind(view.rater) if view else None,
                evidence=view.evidence if view else [],
            )
        )
    return ComparedCase(
        session_id=session.id,
        candidate_name=head.candidate.name,
        started_at=session.started_at,
        decision=queries.outcome_of(decision),
        summary=standing.summary,
        ratings=ratings,
    )
