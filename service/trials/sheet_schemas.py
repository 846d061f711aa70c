"""What goes over the wire about sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from service.access.inputs import LINES
from service.tables import SheetPurpose
from service.trials.schemas import View

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=LINES)]


class SheetOpening(BaseModel):
    """Which session somebody is about to rate, and why."""

    session_id: UUID
    purpose: SheetPurpose


class LevelDraft(BaseModel):
    """One level, and why."""

    competency_id: UUID
    level: int = Field(strict=True, ge=1, le=5)
    reason: Reason = ""


class SheetDraft(BaseModel):
    """A whole sheet, to be locked. `seconds`: how long the page was worked on."""

    levels: list[LevelDraft] = Field(min_length=1, max_length=50)
    seconds: float = Field(ge=0, allow_inf_nan=False)


class ProposalView(View):
    """What a check shows as the model's level. What it truly is comes when the sheet is locked."""

    competency_id: UUID
    shown: int


class OtherView(BaseModel):
    """What somebody else said of a competency."""

    rater_name: str
    level: int


class ComparisonView(BaseModel):
    """One's own level beside the rest, once it is locked. `error_in`: put in on purpose."""

    competency_id: UUID
    level: int
    reason: str
    model: int | None
    others: list[OtherView]
    error_in: bool
    caught: bool | None


class SheetView(View):
    """One's own sheet. `comparison` is empty until it is locked."""

    id: UUID
    session_id: UUID
    purpose: SheetPurpose
    opened_at: datetime
    locked_at: datetime | None
    seconds: float | None
    proposals: list[ProposalView]
    comparison: list[ComparisonView]


class TaskView(BaseModel):
    """An interview that somebody is asked to rate. `opened_at`: they have begun."""

    session_id: UUID
    purpose: SheetPurpose
    candidate_name: str
    plan_title: str
    ended_at: datetime | None
    duration: float
    opened_at: datetime | None


class PolicyView(BaseModel):
    """What reviewers are told beforehand: shares of cases, and how often a check holds an error."""

    rerate_share: float
    check_share: float
    error_share: float


class TasksView(BaseModel):
    """What there is to rate for whoever asks."""

    policy: PolicyView
    items: list[TaskView]
