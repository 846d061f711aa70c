"""What goes over the wire about calibration."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from service.access.inputs import Prose
from service.tables import FittedState
from service.trials.schemas import IntervalView, View


class SamplesDraft(BaseModel):
    """How many interviews of a plan people are to rate blind, drawn by chance."""

    plan_id: UUID
    count: int = Field(ge=1, le=100, strict=True)


class SamplesView(BaseModel):
    """How many interviews of the plan are samples, and how many were added just now."""

    added: int
    samples: int


class FitDraft(BaseModel):
    """Which competency to fit."""

    competency_id: UUID


class ModelReason(BaseModel):
    """Why a model is published or dropped."""

    reason: Prose


class DiffView(View):
    """What a new model changes on the golden set; `moves[i][j]`: from level i + 1 to j + 1."""

    n: int
    changed: int
    mean_shift: float
    moves: list[list[int]]


class AttacksView(View):
    """Attacks and swaps that the model was held against, and what it did not stand."""

    cases: int
    failures: int
    families: list[str]


class FitReport(View):
    """What was measured when the model was fitted.

    `before` and `after`: weighted kappa with people, the new model on interviews it had not seen.
    """

    interviews: int
    raters: int
    before: IntervalView
    after: IntervalView
    golden: DiffView
    attacks: AttacksView


class ModelView(BaseModel):
    """One version. `may_publish`: whether whoever asks is the second person."""

    id: UUID
    competency_id: UUID
    version: int
    state: FittedState
    sha256: str
    report: FitReport
    created_by: str
    created_at: datetime
    proposed_by: str | None
    published_by: str | None
    published_at: datetime | None
    reason: str
    may_publish: bool


class CompetencyLabels(BaseModel):
    """A competency, how many interviews people have rated on it, and its models."""

    competency_id: UUID
    competency_name: str
    plan_id: UUID
    plan_title: str
    interviews: int
    samples: int
    models: list[ModelView]
