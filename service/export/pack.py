"""Everything of a case that is handed over, put together once for all forms."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from service.access.blind_queries import must_see_ratings
from service.access.people import Person
from service.access.sheets import write
from service.export import queries
from service.review import case as cases
from service.review import comments
from service.review.schemas import Case, RatingView
from service.review.work_schemas import CommentView
from service.settings import Settings
from service.tables import Outcome, utc_now

FORMAT = "candor.case/1"
COLUMNS = (
    "session_id",
    "candidate",
    "plan",
    "held_at",
    "competency",
    "state",
    "level",
    "low",
    "high",
    "rater",
    "rater_version",
    "rubric_version",
    "reason",
    "quotes",
    "proposed_level",
    "proposed_by",
    "decision",
    "decided_by",
    "decided_at",
)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, in the words it was made in."""

    outcome: str
    reason: str
    by: str
    at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """A case with its decisions and remarks, by whom it was taken and when."""

    case: Case
    decisions: list[Decided]
    comments: list[CommentView]
    taken_by: str
    taken_at: datetime
    audit_head: str

    @property
    def decision(self) -> Decided | None:
        """The one in force."""
        return next((one for one in self.decisions if one.is_current), None)


async def collect(
    db: AsyncSession, session_id: UUID, *, person: Person, settings: Settings
) -> Pack:
    """Read a case. Raises ServiceError 404 or `blind_first` (409)."""
    rows = await cases.load(db, session_id, settings, viewer=person.id)
    await must_see_ratings(db, person.id, session_id)
    made = [
        Decided(Outcome(row.outcome).value, row.reason, by.name, row.created_at, row.is_current)
        for row, by in await queries.decisions(db, session_id)
    ]
    return Pack(
        case=cases.build(rows),
        decisions=made,
        comments=await comments.list_of(db, session_id),
        taken_by=person.name,
        taken_at=utc_now(),
        audit_head=await queries.audit_head(db),
    )


def proposal_for(case: Case, rating: RatingView) -> RatingView | None:
    """What a model had proposed where a person's level is in force."""
    older = (one for one in case.history if one.competency_id == rating.competency_id)
    return next((one for one in older if one.rater == "model" and not one.is_shadow), None)


def as_json(pack: Pack) -> bytes:
    """The whole case; of the face only the moments, not every look."""
    case = pack.case.model_dump(mode="json")
    case["faces"]["samples"] = []
    body = {
        "format": FORMAT,
        "taken_by": pack.taken_by,
        "taken_at": pack.taken_at.isoformat(),
        "audit_head": pack.audit_head,
        "case": case,
        "decisions": [
            {
                "outcome": one.outcome,
                "reason": one.reason,
                "by": one.by,
                "at": one.at.isoformat(),
                "is_current": one.is_current,
            }
            for one in pack.decisions
        ],
        "comments": [one.model_dump(mode="json") for one in pack.comments],
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def as_csv(pack: Pack) -> bytes:
    """One row for each competency."""
    case, decided = pack.case, pack.decision
    rated = {one.competency_id: one for one in case.ratings}
    rows = []
    for each in case.competencies:
        rating = rated.get(each.id)
        reason = (each.verdict.reason if each.verdict else "") or (rating and rating.reason) or ""
        rows.append(
            [
                case.session.id,
                case.candidate.name,
                case.plan.title,
                case.session.started_at.isoformat() if case.session.started_at else "",
                each.name,
                each.state,
                *_level(case, rating, reason),
                decided.outcome if decided else "",
                decided.by if decided else "",
                decided.at.isoformat() if decided else "",
            ]
        )
    return write(COLUMNS, rows)


def _level(case: Case, rating: RatingView | None, reason: str) -> list[object]:
    if rating is None:
        return ["", "", "", "", "", "", reason, "", "", ""]
    proposed = proposal_for(case, rating) if rating.rater == "human" else rating
    return [
        _text(rating.level),
        _text(rating.low),
        _text(rating.high),
        rating.rater_name,
        rating.rater_version,
        rating.rubric_version,
        reason,
        " | ".join(one.quote for one in rating.evidence),
        _text(proposed.level if proposed else None),
        proposed.rater_name if proposed else "",
    ]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
