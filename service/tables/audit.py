"""Audit events: append-only and hash-chained; database triggers refuse edits."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.tables.base import Retention, Row, retained


class AuditEvent(Row, table=True):
    """One thing that happened. Holds ids, never names, transcripts or pixels."""

    __tablename__ = "audit_events"
    __table_args__ = (retained(Retention.LOG),)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    tag: str = Field(max_length=100, index=True)
    actor: str = Field(max_length=60)
    subject: str = Field(max_length=100)
    session_id: uuid.UUID | None = Field(default=None, index=True)
    detail: dict[str, object] = Field(default_factory=dict, sa_type=sa.JSON)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64, unique=True)
