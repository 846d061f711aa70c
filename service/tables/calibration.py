"""Calibration: interviews that people rate so that the model can learn, and what it learned."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class CalibrationSample(Row, table=True):
    """An interview that people are asked to rate blind, as many of them as can."""

    __tablename__ = "calibration_samples"
    __table_args__ = (retained(Retention.CONTENT),)

    session_id: uuid.UUID = Field(foreign_key="sessions.id", primary_key=True)
    added_by: uuid.UUID = Field(foreign_key="accounts.id")
    added_at: datetime = Field(default_factory=utc_now)


class FittedState(StrEnum):
    """Where a fitted model stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    RETIRED = "retired"
    DROPPED = "dropped"


class FittedModel(Row, table=True):
    """One version of a competency's score model, fitted to people's locked ratings.

    `document` is a `service.scoring.score_model` document, `report` what was measured and replayed
    when it was fitted; neither is ever edited. Whoever publishes it neither fitted nor proposed it.
    """

    __tablename__ = "fitted_models"
    __table_args__ = (
        one_of("state", FittedState),
        sa.UniqueConstraint("competency_id", "version"),
        sa.CheckConstraint(
            "state NOT IN ('published', 'retired') OR published_by IS NOT NULL", name="published"
        ),
        sa.CheckConstraint(
            "published_by IS NULL OR (published_by <> created_by AND published_by <> proposed_by)",
            name="four_eyes",
        ),
        sa.Index(
            "uq_fitted_models_published",
            "competency_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
        retained(Retention.SETUP),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id", index=True)
    version: int
    state: FittedState = Field(default=FittedState.DRAFT, sa_type=text_enum(FittedState))
    document: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    report: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    created_by: uuid.UUID = Field(foreign_key="accounts.id")
    created_at: datetime = Field(default_factory=utc_now)
    proposed_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    published_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    published_at: datetime | None = None
    reason: str = Field(default="", max_length=2000)
