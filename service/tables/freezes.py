"""Freezes: a person keeps the model from rating a session, or one answer of it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, new_id, retained, utc_now


class Freeze(Row, table=True):
    """From `frozen_at` until `lifted_at`. `question_id` None: the whole session."""

    __tablename__ = "freezes"
    __table_args__ = (
        sa.CheckConstraint(
            "lifted_at IS NULL OR (lifted_by IS NOT NULL AND lift_reason <> '')",
            name="lifted_with_reason",
        ),
        retained(Retention.CONTENT),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    session_id: uuid.UUID = Field(foreign_key="sessions.id", index=True)
    question_id: uuid.UUID | None = Field(default=None, foreign_key="questions.id")
    frozen_by: uuid.UUID = Field(foreign_key="accounts.id")
    frozen_at: datetime = Field(default_factory=utc_now)
    lifted_by: uuid.UUID | None = Field(default=None, foreign_key="accounts.id")
    lifted_at: datetime | None = None
    lift_reason: str = Field(default="", max_length=2000)
