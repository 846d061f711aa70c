"""Interview plans: questions, competencies, and versioned rubrics."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, retained, utc_now


class InterviewPlan(Row, table=True):
    """What will be asked for one job. `language` is that of the interview: "zh" or "en"."""

    __tablename__ = "plans"
    __table_args__ = (
        sa.CheckConstraint("language IN ('zh', 'en')", name="language_known"),
        retained(Retention.SETUP),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    title: str = Field(max_length=200)
    language: str = Field(max_length=10)
    jurisdiction: str = Field(max_length=20)
    # A case is to be reviewed within so many hours of its end.
    review_hours: int = Field(default=72, sa_column_kwargs={"server_default": "72"})
    # Made by `candor seed`: shown as a sample, and removed whole.
    is_sample: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    created_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(default_factory=utc_now)


class Question(Row, table=True):
    """One question. Seconds to think before the answer and to answer; tries beyond the first."""

    __tablename__ = "questions"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "index"),
        sa.CheckConstraint("seconds > 0", name="seconds_positive"),
        sa.CheckConstraint("think_seconds >= 0", name="think_seconds_natural"),
        sa.CheckConstraint("retakes >= 0", name="retakes_natural"),
        retained(Retention.SETUP),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plans.id", index=True)
    index: int
    text: str = Field(max_length=2000)
    seconds: int = 180
    think_seconds: int = 0
    retakes: int = 0


class Competency(Row, table=True):
    """Something a person is rated on, such as "teamwork"."""

    __tablename__ = "competencies"
    __table_args__ = (sa.UniqueConstraint("plan_id", "key"), retained(Retention.SETUP))

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plans.id", index=True)
    index: int = 0
    key: str = Field(max_length=60)
    name: str = Field(max_length=200)
    description: str = Field(default="", max_length=2000)


class QuestionCompetency(Row, table=True):
    """Which competencies a question is meant to show."""

    __tablename__ = "question_competencies"
    __table_args__ = (retained(Retention.SETUP),)

    question_id: uuid.UUID = Field(foreign_key="questions.id", primary_key=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id", primary_key=True, index=True)


class Rubric(Row, table=True):
    """One version of a plan's rubric; a new text is a new version, never an edit.

    It scores nobody before it is approved. `approved_by` None beside a time: no second person was
    asked for, by the setting of the time.
    """

    __tablename__ = "rubrics"
    __table_args__ = (
        sa.UniqueConstraint("plan_id", "version"),
        sa.Index(
            "uq_rubrics_current",
            "plan_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        retained(Retention.SETUP),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    plan_id: uuid.UUID = Field(foreign_key="plans.id", index=True)
    version: int = 1
    is_current: bool = True
    created_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(default_factory=utc_now)
    approved_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    approved_at: datetime | None = None


class RubricAnchor(Row, table=True):
    """What a level looks like in behaviour, for one competency (levels 1, 3 and 5)."""

    __tablename__ = "rubric_anchors"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level_range"),
        retained(Retention.SETUP),
    )

    rubric_id: uuid.UUID = Field(foreign_key="rubrics.id", primary_key=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id", primary_key=True)
    level: int = Field(primary_key=True)
    text: str = Field(max_length=2000)
