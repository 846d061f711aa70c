"""Decisions: what a person resolved on a case, and the letters that tell it. Append-only."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field
from typing_extensions import TypedDict

from service.tables.base import Retention, Row, new_id, one_of, retained, text_enum, utc_now


class Outcome(StrEnum):
    """What was decided."""

    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"


class BasisJson(TypedDict):
    """What one competency stood at when it was decided. `verdict`: accept, change, set_aside."""

    competency_id: str
    rating_id: str | None
    level: int | None
    verdict: str


class Decision(Row, table=True):
    """A person's decision. It is never edited: a newer one takes its place."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("outcome", Outcome),
        sa.CheckConstraint("reason <> ''", name="has_reason"),
        sa.Index(
            "uq_decisions_current",
            "session_id",
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        ),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    outcome: Outcome = Field(sa_type=text_enum(Outcome))
    reason: str = Field(max_length=4000)
    account_id: uuid.UUID = Field(foreign_key="accounts.id")
    rubric_version: int
    basis: list[BasisJson] = Field(default_factory=list, sa_type=sa.JSON)
    supersedes_id: uuid.UUID | None = Field(default=None, foreign_key="decisions.id")
    is_current: bool = True
    created_at: datetime = Field(default_factory=utc_now)


class DecisionLetter(Row, table=True):
    """A letter to the candidate about a decision, in the words that somebody saw and sent."""

    __tablename__ = "decision_letters"
    __table_args__ = (retained(Retention.PERSONAL),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    decision_id: uuid.UUID = Field(foreign_key="decisions.id", unique=True)
    account_id: uuid.UUID = Field(foreign_key="accounts.id")
    locale: str = Field(max_length=10)
    subject: str = Field(max_length=200)
    text: str = Field(sa_type=sa.Text)
    due_at: datetime = Field(default_factory=utc_now, index=True)
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    dropped_at: datetime | None = None  # the decision was taken back first, or refused for good
    attempts: int = 0
    failure: str = Field(default="", max_length=40)
    created_at: datetime = Field(default_factory=utc_now)
