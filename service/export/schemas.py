"""What goes over the wire about comparisons, exports and links for guests."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from service.access.inputs import Moment, Name
from service.review.schemas import CasePlan, CaseQuestion, CaseRecording, Evidence, Word
from service.review.work_schemas import CompetencyView, State, Summary
from service.tables import Outcome, RaterKind


class ComparedRating(BaseModel):
    """What stands for one competency of one candidate."""

    competency_id: UUID
    state: State
    level: int | None
    low: float | None
    high: float | None
    rater: RaterKind | None
    evidence: list[Evidence]


class ComparedCase(BaseModel):
    """One candidate in the comparison."""

    session_id: UUID
    candidate_name: str
    started_at: datetime | None
    decision: Outcome | None
    summary: Summary
    ratings: list[ComparedRating]


class ComparedCompetency(BaseModel):
    """A row of the comparison."""

    id: UUID
    name: str


class Comparison(BaseModel):
    """Two to five candidates under one version of one rubric."""

    plan: CasePlan
    rubric_version: int
    competencies: list[ComparedCompetency]
    cases: list[ComparedCase]


class LinkDraft(BaseModel):
    """`label`: whom the link is for, name or address; it is drawn over all that it shows."""

    label: Name
    expires_at: Moment


class LinkView(BaseModel):
    """A link without its token. `views`: how often it was opened."""

    id: UUID
    label: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    views: int
    last_view_at: datetime | None


class LinkMade(BaseModel):
    """A new link; it cannot be shown again."""

    link: str
    made: LinkView


class Opening(BaseModel):
    """The token of a link, from the part of its address that browsers never send."""

    token: Annotated[str, StringConstraints(max_length=100)]


class SharedUtterance(BaseModel):
    """What was said."""

    id: UUID
    question_id: UUID | None
    start: float
    end: float
    text: str
    words: list[Word]
    language: str


class SharedRating(BaseModel):
    """A rating in force, and whether a person stands behind it."""

    competency_id: UUID
    level: int | None
    low: float | None
    high: float | None
    rater: RaterKind
    reason: str | None
    evidence: list[Evidence]


class SharedCase(BaseModel):
    """A case as a guest sees it: no address, no remarks, nothing of the face, nothing to change."""

    label: str
    expires_at: datetime
    candidate_name: str
    plan: CasePlan
    held_at: datetime | None
    duration: float
    questions: list[CaseQuestion]
    recordings: list[CaseRecording]
    utterances: list[SharedUtterance]
    competencies: list[CompetencyView]
    ratings: list[SharedRating]
