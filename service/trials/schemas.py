"""What goes over the wire about trials and their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.access.inputs import Name, Prose
from service.tables import TrialBasis, TrialMetric, TrialState


class View(BaseModel):
    """What is made from rows and dataclasses."""

    model_config = ConfigDict(from_attributes=True)


class TrialDraft(BaseModel):
    """A trial to start. All of it is fixed then: a gate is set before anybody knows the result."""

    name: Name
    basis: TrialBasis
    plan_id: UUID | None = None
    import_id: UUID | None = None
    share: float = Field(1.0, gt=0, le=1, allow_inf_nan=False)
    metric: TrialMetric = TrialMetric.QWK
    gate: float = Field(0.6, gt=0, lt=1, allow_inf_nan=False)
    min_n: int = Field(30, ge=30, le=100_000, strict=True)

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.basis is TrialBasis.JOB) != (self.plan_id is not None):
            raise ValueError("plan_id goes with the basis job, and only with it")
        if (self.basis is TrialBasis.GROUP) != (self.import_id is not None):
            raise ValueError("import_id goes with the basis group, and only with it")
        return self


class TrialEnd(BaseModel):
    """Why a trial is stopped or passed."""

    reason: Prose


class TrialView(View):
    """A trial, how many interviews are on it and how many of them a person has rated."""

    id: UUID
    name: str
    basis: TrialBasis
    plan_id: UUID | None
    import_id: UUID | None
    share: float
    metric: TrialMetric
    gate: float
    min_n: int
    state: TrialState
    created_at: datetime
    ended_at: datetime | None
    end_reason: str
    sessions: int
    rated: int


class GroupView(View):
    """An import whose invitations can be taken as a group."""

    id: UUID
    plan_title: str
    created_count: int
    created_at: datetime


class IntervalView(View):
    """An estimate with its 95 % bounds; None where it cannot be told."""

    estimate: float | None
    low: float | None
    high: float | None


class PointView(View):
    """So many pairs whose mean and difference (model minus person) are these, in levels."""

    mean: float
    difference: float
    count: int


class TimeView(View):
    """How long people took for a sheet, in seconds."""

    n: int
    median: float
    mean: float
    total: float


class FiguresView(View):
    """How far model and people agree. Given from 30 interviews on."""

    bias: IntervalView
    deviation: float
    limit_low: IntervalView
    limit_high: IntervalView
    kappa: IntervalView
    icc: IntervalView
    alpha_ordinal: IntervalView
    alpha_interval: IntervalView
    same: IntervalView
    within_one: IntervalView
    points: list[PointView]


class PeopleView(View):
    """How far people agree among themselves, where two rated the same interview."""

    interviews: int
    kappa: IntervalView


class GateView(View):
    """Where the lower bound stands. `needed`: interviews more; None: no number would do."""

    metric: TrialMetric
    gate: float
    low: float | None
    passes: bool
    needed: int | None


Reason = Literal["too_few_interviews"]


class ReportView(BaseModel):
    """A trial's report. `figures` is None below 30 interviews, and `missing` says why."""

    trial: TrialView
    interviews: int
    pairs: int
    raters: int
    declined: int
    model_version: str
    other_versions: list[str]
    missing: Reason | None
    figures: FiguresView | None
    people: PeopleView | None
    gate: GateView
    time: TimeView | None
