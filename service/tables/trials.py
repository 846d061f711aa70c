"""Trials of the model beside people, sheets of ratings made blind, and errors put in on purpose."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class TrialBasis(StrEnum):
    """By what interviews are taken into a trial."""

    JOB = "job"  # those of one plan
    GROUP = "group"  # those invited by one import
    RANDOM = "random"  # a share of all


class TrialMetric(StrEnum):
    """What must pass the gate."""

    QWK = "qwk"
    ICC = "icc"


class TrialState(StrEnum):
    """Where a trial stands. While it runs, the model rates in the shadow."""

    RUNNING = "running"
    PASSED = "passed"
    STOPPED = "stopped"


class Trial(Row, table=True):
    """Interviews in which the model's ratings are kept but neither shown nor counted.

    Gate, metric, least number and confidence are set at the start and never change.
    """

    __tablename__ = "trials"
    __table_args__ = (
        one_of("basis", TrialBasis),
        one_of("metric", TrialMetric),
        one_of("state", TrialState),
        sa.CheckConstraint("share > 0 AND share <= 1", name="share_range"),
        sa.CheckConstraint("gate > 0 AND gate < 1", name="gate_range"),
        sa.CheckConstraint("min_n >= 30", name="enough"),
        sa.CheckConstraint("basis <> 'job' OR plan_id IS NOT NULL", name="job_named"),
        sa.CheckConstraint("basis <> 'group' OR import_id IS NOT NULL", name="group_named"),
        retained(Retention.SETUP),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=200)
    basis: TrialBasis = Field(sa_type=text_enum(TrialBasis))
    plan_id: uuid.UUID | None = Field(default=None, foreign_key="plans.id")
    import_id: uuid.UUID | None = Field(default=None, foreign_key="invitation_imports.id")
    share: float = 1.0
    seed: str = Field(max_length=64)
    metric: TrialMetric = Field(sa_type=text_enum(TrialMetric))
    gate: float
    min_n: int
    state: TrialState = Field(default=TrialState.RUNNING, sa_type=text_enum(TrialState), index=True)
    created_by: uuid.UUID = Field(foreign_key="accounts.id")
    created_at: datetime = Field(default_factory=utc_now)
    ended_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    ended_at: datetime | None = None
    end_reason: str = Field(default="", max_length=2000)


class TrialSession(Row, table=True):
    """A session on trial, for ever: a model's rating of it never counts, whatever comes later."""

    __tablename__ = "trial_sessions"
    __table_args__ = (retained(Retention.CONTENT),)

    session_id: uuid.UUID = Field(foreign_key="sessions.id", primary_key=True)
    trial_id: uuid.UUID = Field(foreign_key="trials.id", index=True)
    assigned_at: datetime = Field(default_factory=utc_now)


class SheetPurpose(StrEnum):
    """Why somebody rates on a sheet."""

    TRIAL = "trial"  # blind, beside the model in the shadow
    RERATE = "rerate"  # blind, of a case that others have rated
    CHECK = "check"  # the model's levels are proposed; one of them may be wrong on purpose


class Sheet(Row, table=True):
    """One person's ratings of one session, made without others'. Once locked, never edited.

    `seconds`: how long they worked on it, never more than lay between opening and locking.
    """

    __tablename__ = "sheets"
    __table_args__ = (
        one_of("purpose", SheetPurpose),
        sa.UniqueConstraint("session_id", "account_id"),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    account_id: uuid.UUID = Field(foreign_key="accounts.id", index=True)
    purpose: SheetPurpose = Field(sa_type=text_enum(SheetPurpose))
    opened_at: datetime = Field(default_factory=utc_now)
    locked_at: datetime | None = None
    seconds: float | None = None
    digest: str = Field(default="", max_length=64)  # sha256 of the levels and reasons locked


class SheetLevel(Row, table=True):
    """One level of a locked sheet; `rating_id` where it was put in force."""

    __tablename__ = "sheet_levels"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level_range"),
        retained(Retention.CONTENT),
    )

    sheet_id: uuid.UUID = Field(foreign_key="sheets.id", primary_key=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id", primary_key=True)
    level: int
    reason: str = Field(default="", max_length=4000)
    rating_id: uuid.UUID | None = Field(default=None, foreign_key="ratings.id")


class SheetProposal(Row, table=True):
    """What a check showed as the model's level. It was put in on purpose where the two differ."""

    __tablename__ = "sheet_proposals"
    __table_args__ = (
        sa.CheckConstraint("shown BETWEEN 1 AND 5", name="shown_range"),
        retained(Retention.CONTENT),
    )

    sheet_id: uuid.UUID = Field(foreign_key="sheets.id", primary_key=True)
    competency_id: uuid.UUID = Field(foreign_key="competencies.id", primary_key=True)
    rating_id: uuid.UUID = Field(foreign_key="ratings.id")
    level: int
    shown: int
