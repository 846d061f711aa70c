"""Who looks after a case, and what people call it."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, retained, utc_now


class Assignment(Row, table=True):
    """The person a case is with. The audit record keeps who it was with before."""

    __tablename__ = "assignments"
    __table_args__ = (retained(Retention.CONTENT),)

    session_id: uuid.UUID = Field(foreign_key="sessions.id", primary_key=True)
    account_id: uuid.UUID = Field(foreign_key="accounts.id", index=True)
    assigned_by: uuid.UUID = Field(foreign_key="accounts.id")
    assigned_at: datetime = Field(default_factory=utc_now)


class CaseLabel(Row, table=True):
    """A word people sort cases by, such as "second round"."""

    __tablename__ = "case_labels"
    __table_args__ = (
        sa.CheckConstraint("label <> ''", name="label_given"),
        retained(Retention.CONTENT),
    )

    session_id: uuid.UUID = Field(foreign_key="sessions.id", primary_key=True)
    label: str = Field(primary_key=True, max_length=40, index=True)
