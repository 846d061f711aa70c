"""Stored ratings as they go over the wire."""

from __future__ import annotations

from service.review.queries import RatingRow
from service.review.schemas import Evidence, RatingDetail, RatingView
from service.tables import RaterKind


def show(row: RatingRow, *, is_shadow: bool = False) -> RatingView:
    """One rating, with the name of whoever or whatever made it.

    `is_shadow`: the session is on trial, so that a model's rating of it never counts.
    """
    rating = row.rating
    scorer, _, version = rating.rater_version.partition("@")
    is_human = rating.rater is RaterKind.HUMAN
    return RatingView(
        id=rating.id,
        competency_id=rating.competency_id,
        competency_name=row.competency.name,
        level=rating.level,
        score=rating.score,
        low=rating.low,
        high=rating.high,
        abstained=rating.abstained,
        rater=RaterKind(rating.rater),
        rater_name=row.account.name if is_human and row.account else scorer,
        rater_version=version,
        rubric_version=rating.rubric_version,
        reason=rating.reason,
        evidence=[Evidence.model_validate(item) for item in rating.evidence],
        detail=RatingDetail.model_validate(rating.detail),
        is_current=rating.is_current,
        is_shadow=is_shadow and not is_human,
        created_at=rating.created_at,
    )
